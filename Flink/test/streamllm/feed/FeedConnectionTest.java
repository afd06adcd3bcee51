package streamllm.feed;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Selector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections by which nothing comes any more are made again. The clock is the test's, and the sockets are real. */
public final class FeedConnectionTest {
    private static final long SECOND = 1_000_000_000L;

    private FeedConnectionTest() {}

    /** Somebody who says hello, what he wants, and nothing else. */
    private static final class Peer implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
        private final AtomicInteger connections = new AtomicInteger();
        private volatile byte[] says = {};

        Peer() throws IOException {
            CompletableFuture.runAsync(() -> {
                try {
                    while (true) {
                        Socket socket = server.accept();
                        connections.incrementAndGet();
                        Thread talk = new Thread(() -> talk(socket));
                        talk.setDaemon(true);
                        talk.start();
                    }
                } catch (IOException e) { /* the test is over */ }
            });
        }

        private void talk(Socket socket) {
            try (socket) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                socket.getOutputStream().write(ZmtpTest.greeting("NULL"));
                in.readFully(new byte[64]);
                FeedReaderTest.Publisher.message(in);
                socket.getOutputStream().write(ZmtpTest.READY);
                for (; !server.isClosed(); Thread.sleep(5)) socket.getOutputStream().write(says);
            } catch (IOException | InterruptedException e) { /* the other end has gone */ }
        }

        String endpoint() { return "tcp://127.0.0.1:" + server.getLocalPort(); }

        @Override public void close() throws IOException { server.close(); }
    }

    private static final FollowedStream.Listener NOBODY = new FollowedStream.Listener() {
        @Override public void records(byte[] lines, long first, long from) {}
        @Override public void time(long milliseconds) {}
        @Override public void lost(long count) {}
        @Override public void idle() {}
        @Override public void ended(boolean hasVanished) {}
        @Override public void refused(String reason) {}
        @Override public void believed() {}
    };

    /** Goes on, by so many nanoseconds a step, until somebody has been connected to so often. Returns how long that took. */
    private static long until(FeedConnection connection, Peer peer, int connections, long start, long step) throws Exception {
        long now = start, end = System.nanoTime() + 20 * SECOND;
        for (; peer.connections.get() < connections; now += step) {
            if (System.nanoTime() - end > 0) throw new AssertionError("no connection");
            connection.poll(now, true);
            Thread.sleep(10);
        }
        return now - start;
    }

    private static void check(String what, boolean isSo) {
        if (!isSo) throw new AssertionError(what);
        System.out.println("FeedConnectionTest: " + what);
    }

    public static void main(String[] arguments) throws Exception {
        try (Peer live = new Peer(); Peer replay = new Peer(); Selector selector = Selector.open()) {
            String control = "{\"stream\":\"s\",\"first\":1,\"next\":9,\"replay\":\"" + replay.endpoint() + "\",\"ended\":false}";
            live.says = ZmtpTest.all(ZmtpTest.frame(3, ZmtpTest.bytes("control")), ZmtpTest.frame(3, ZmtpTest.bytes(control)),
                ZmtpTest.frame(2, new byte[0]));
            FollowedStream stream = new FollowedStream("s", 1, null, null, 99 * SECOND, 0, NOBODY);
            FeedConnection connection = new FeedConnection(stream, Endpoint.of(live.endpoint()), new byte[] {1}, selector, 0);
            long now = until(connection, replay, 1, 0, SECOND / 1000);
            // Its questions aren't answered, though control comes.
            long passed = until(connection, replay, 2, now, SECOND / 10);
            check("who doesn't answer is connected to again", passed > 15 * SECOND && passed < 25 * SECOND);
            check("and the other connection is left alone", live.connections.get() == 1);
            live.says = new byte[0];
            passed = until(connection, live, 2, now + passed, SECOND / 10);
            check("and so is who says nothing", passed > 10 * SECOND && passed < 25 * SECOND);
            connection.close();
        }
    }
}
