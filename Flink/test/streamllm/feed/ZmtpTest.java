package streamllm.feed;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the other end says before it closes the connection is heard, and the end of the connection behind it. */
public final class ZmtpTest {
    private ZmtpTest() {}

    public static void main(String[] arguments) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); Selector selector = Selector.open()) {
            CompletableFuture<Void> isGone = CompletableFuture.runAsync(() -> speak(server));
            Endpoint endpoint = Endpoint.of("tcp://127.0.0.1:" + server.getLocalPort());
            Zmtp client = new Zmtp(endpoint, Zmtp.Type.DEALER, new byte[0], 1000, selector, null, System.nanoTime());
            // Its words and its going are there at once: its greeting is answered, and then nothing is read until it has gone.
            while (!isGone.isDone()) {
                client.poll(System.nanoTime());
                if (client.isReady()) isGone.join();
            }
            List<String> heard = new ArrayList<>();
            boolean hasEnded = false;
            while (!hasEnded) {
                try {
                    client.poll(System.nanoTime());
                } catch (EOFException e) { hasEnded = true; }
                for (List<byte[]> message; (message = client.receive()) != null; ) {
                    heard.add(new String(message.get(0), StandardCharsets.US_ASCII));
                }
            }
            client.close();
            if (!heard.equals(List.of("one", "two"))) throw new AssertionError("heard " + heard);
            System.out.println("ZmtpTest: the last words of who goes are heard");
        }
    }

    private static void speak(ServerSocket server) {
        try (Socket peer = server.accept()) {
            OutputStream out = peer.getOutputStream();
            byte[] greeting = new byte[64];
            greeting[0] = (byte) 0xFF;
            greeting[9] = 0x7F;
            greeting[10] = 3;
            System.arraycopy("NULL".getBytes(StandardCharsets.US_ASCII), 0, greeting, 12, 4);
            out.write(greeting);
            DataInputStream in = new DataInputStream(peer.getInputStream());
            in.readFully(new byte[64]);
            // Its READY, a short command.
            in.readUnsignedByte();
            in.readFully(new byte[in.readUnsignedByte()]);
            out.write(frames());
            out.flush();
        } catch (IOException e) { throw new IllegalStateException(e); }
    }

    /** READY and two messages, in one piece. */
    private static byte[] frames() {
        StringBuilder all = new StringBuilder().append('\4').append((char) 6).append((char) 5).append("READY");
        for (String word : List.of("one", "two")) all.append('\0').append((char) word.length()).append(word);
        return all.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
