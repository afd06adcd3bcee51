package streamllm.feed;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a connection makes of what the other end sends, however it does that. */
public final class ZmtpTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int LARGEST = 1000;

    private ZmtpTest() {}

    /** The other end, once both have said hello. */
    private interface Peer { void speak(DataInputStream in, OutputStream out) throws IOException; }

    private interface Client { void use(Zmtp client) throws Exception; }

    // The other end

    static byte[] greeting(String mechanism) {
        byte[] greeting = new byte[64];
        greeting[0] = (byte) 0xFF;
        greeting[9] = 0x7F;
        greeting[10] = 3;
        System.arraycopy(bytes(mechanism), 0, greeting, 12, mechanism.length());
        return greeting;
    }

    static byte[] bytes(String text) { return text.getBytes(StandardCharsets.ISO_8859_1); }

    /** @param flags 1: more follow; 2: of eight bytes is the size; 4: a command */
    static byte[] frame(int flags, byte[] body) {
        ByteBuffer out = ByteBuffer.allocate(9 + body.length).put((byte) flags);
        if ((flags & 2) == 0) out.put((byte) body.length); else out.putLong(body.length);
        out.put(body);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] command(String name, String rest) { return frame(4, bytes((char) name.length() + name + rest)); }

    static byte[] all(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) all.writeBytes(piece);
        return all.toByteArray();
    }

    static final byte[] READY = command("READY", "");

    /** Runs a client against somebody who says hello, by this mechanism, and then what he says. */
    private static void against(String mechanism, Peer peer, Client client) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); Selector selector = Selector.open()) {
            CompletableFuture<Void> speaker = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    socket.getOutputStream().write(greeting(mechanism));
                    in.readFully(new byte[64]);
                    if (mechanism.equals("NULL")) {
                        in.readUnsignedByte();
                        in.readFully(new byte[in.readUnsignedByte()]);
                    }
                    peer.speak(in, socket.getOutputStream());
                } catch (IOException e) { /* who floods is left */ }
            });
            Endpoint endpoint = Endpoint.of("tcp://127.0.0.1:" + server.getLocalPort());
            try (Zmtp zmtp = new Zmtp(endpoint, Zmtp.Type.DEALER, new byte[0], LARGEST, selector, null, System.nanoTime())) {
                client.use(zmtp);
            }
            speaker.join();
        }
    }

    // What is checked

    private static void check(String what, Object expected, Object got) {
        if (!expected.equals(got)) throw new AssertionError(what + ": expected " + expected + ", got " + got);
        System.out.println("ZmtpTest: " + what);
    }

    /** Takes messages until so many have come, or the connection has ended. Their frames have slashes between. */
    private static List<String> heard(Zmtp client, int count) throws Exception {
        List<String> heard = new ArrayList<>();
        long end = System.nanoTime() + 20 * SECOND;
        while (heard.size() < count && System.nanoTime() - end < 0) {
            try {
                client.poll(System.nanoTime());
            } catch (EOFException e) { break; }
            for (List<byte[]> message; (message = client.receive()) != null; ) {
                heard.add(String.join("/", message.stream().map(frame -> new String(frame, StandardCharsets.ISO_8859_1)).toList()));
            }
            Thread.sleep(1);
        }
        return heard;
    }

    /** Why a connection ends. */
    private static String problem(Zmtp client) throws Exception {
        for (long end = System.nanoTime() + 20 * SECOND; System.nanoTime() - end < 0; Thread.sleep(1)) {
            try {
                client.poll(System.nanoTime());
            } catch (IOException e) { return e.getMessage(); }
        }
        return "none";
    }

    private static void lastWords() throws Exception {
        CompletableFuture<Void> isGone = new CompletableFuture<>();
        against("NULL", (in, out) -> {
            out.write(all(READY, frame(0, bytes("one")), frame(0, bytes("two"))));
            out.close();
            isGone.complete(null);
        }, client -> {
            // Its words and its going are there at once: nothing is read until it has gone.
            while (!isGone.isDone()) {
                client.poll(System.nanoTime());
                if (client.isReady()) isGone.join();
            }
            check("the last words of who goes are heard", List.of("one", "two"), heard(client, 9));
        });
    }

    private static void frames() throws Exception {
        String large = "x".repeat(300);
        byte[] said = all(READY, frame(1, bytes("a")), frame(3, bytes("b")), frame(2, bytes(large)),
            frame(2, bytes("c")), frame(0, bytes("")));
        against("NULL", (in, out) -> out.write(said), client ->
            check("frames of both kinds, and messages of several", List.of("a/b/" + large, "c", ""), heard(client, 3)));
        against("NULL", (in, out) -> {
            for (byte b : said) {
                out.write(b);
                out.flush();
            }
        }, client -> check("byte by byte", List.of("a/b/" + large, "c", ""), heard(client, 3)));
    }

    private static void ping() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        against("NULL", (in, out) -> {
            out.write(all(READY, command("PING", "\0\7context"), frame(0, bytes("done"))));
            in.readUnsignedByte();
            byte[] pong = new byte[in.readUnsignedByte()];
            in.readFully(pong);
            answer.complete(new String(pong, StandardCharsets.ISO_8859_1));
        }, client -> {
            check("what follows a PING", List.of("done"), heard(client, 1));
            check("a PING is answered with its context", "\4PONGcontext", answer.get());
        });
    }

    private static void floods() throws Exception {
        int count = 5000;
        byte[] said = all(READY, all(Collections.nCopies(count, frame(0, bytes("m"))).toArray(byte[][]::new)));
        against("NULL", (in, out) -> out.write(said), client ->
            check("many messages", Collections.nCopies(count, "m"), heard(client, count)));
        byte[] large = all(READY, all(Collections.nCopies(200, frame(2, new byte[400])).toArray(byte[][]::new)));
        against("NULL", (in, out) -> out.write(large), client -> {
            while (!client.isReady()) client.poll(System.nanoTime());
            Thread.sleep(100);
            client.poll(System.nanoTime());
            int waiting = 0;
            while (client.receive() != null) waiting++;
            check("what waits is bounded in bytes", 3, waiting);
            check("and comes when there is room", 197, heard(client, 197).size());
        });
        byte[] nothing = all(Collections.nCopies(10_000, command("WHAT", "")).toArray(byte[][]::new));
        against("NULL", (in, out) -> {
            out.write(READY);
            while (true) out.write(nothing);
        }, client -> {
            while (!client.isReady()) client.poll(System.nanoTime());
            Thread.sleep(100);
            long start = System.nanoTime();
            client.poll(start);
            check("who sends commands without end doesn't hold anybody", true, System.nanoTime() - start < SECOND);
            start = System.nanoTime();
            client.leave();
            check("nor when he is left", true, System.nanoTime() - start < 2 * SECOND);
        });
    }

    private static void refusals() throws Exception {
        against("CURVE", (in, out) -> { }, client ->
            check("keys", "what listens there asks for keys, which this program hasn't", problem(client)));
        against("NULL", (in, out) -> out.write(all(READY, frame(2, new byte[LARGEST + 1]))), client ->
            check("a frame that is too large", "a message larger than is taken", problem(client)));
        against("NULL", (in, out) -> out.write(all(READY, frame(3, new byte[600]), frame(2, new byte[600]))), client ->
            check("two that are", "a message larger than is taken", problem(client)));
        against("NULL", (in, out) -> out.write(all(READY, frame(6, new byte[5000]))), client ->
            check("a command that is", "a message larger than is taken", problem(client)));
    }

    private static void descriptors() throws Exception {
        File folder = new File("/proc/self/fd");
        try (Selector selector = Selector.open()) {
            int port;
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) { port = server.getLocalPort(); }
            int before = folder.list().length;
            for (int i = 0; i < 50; i++) {
                Zmtp client = new Zmtp(Endpoint.of("tcp://127.0.0.1:" + port), Zmtp.Type.SUB, new byte[0], 9, selector, null, 0);
                client.close();
            }
            check("what is closed takes no descriptor", true, folder.list().length - before < 10);
        }
    }

    private static void names() throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            for (String host : new String[] {"nowhere.invalid", "999.1.2.3"}) {
                try {
                    throw new AssertionError(Endpoint.of("tcp://" + host + ":1").address());
                } catch (UnknownHostException e) { /* as it should be */ }
            }
        }
        check("who asks for names waits a moment at most", true, System.nanoTime() - start < SECOND);
        Object found = null;
        for (int looks = 0; looks < 100 && found == null; looks++) {
            try { found = Endpoint.of("tcp://localhost:7").address(); } catch (UnknownHostException e) { Thread.sleep(50); }
        }
        check("and is told", true, found != null);
        check("numbers are nobody's names", "/10.0.0.5:7", Endpoint.of("tcp://10.0.0.5:7").address().toString());
    }

    public static void main(String[] arguments) throws Exception {
        lastWords();
        frames();
        ping();
        floods();
        refusals();
        descriptors();
        names();
    }
}
