package streamllm.feed;

import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Connects to a real libzmq (Flink/tests/test_zmtp.py): as a DEALER it says what it is told to, as a SUB it subscribes to that; and
 * it prints how long the frames are that come, and how each begins, until a message begins with {@code end}.
 */
public final class ZmtpProbe {
    private ZmtpProbe() {}

    public static void main(String[] arguments) throws Exception {
        Zmtp.Type type = Zmtp.Type.valueOf(arguments[1]);
        try (Selector selector = Selector.open(); Zmtp zmtp = new Zmtp(Endpoint.of(arguments[0]), type,
                "\1probe".getBytes(StandardCharsets.US_ASCII), 34 << 20, selector, null, System.nanoTime())) {
            for (String word : List.of(arguments).subList(2, arguments.length)) {
                if (type == Zmtp.Type.SUB) zmtp.subscribe(word);
                // Large enough for a frame of the other kind.
                else zmtp.send(word.getBytes(StandardCharsets.US_ASCII), word.repeat(1000).getBytes(StandardCharsets.US_ASCII));
            }
            for (long end = System.nanoTime() + 30_000_000_000L; System.nanoTime() - end < 0; selector.select(key -> { }, 10)) {
                zmtp.poll(System.nanoTime());
                for (List<byte[]> message; (message = zmtp.receive()) != null; ) {
                    StringBuilder line = new StringBuilder();
                    for (byte[] frame : message) {
                        String text = new String(frame, StandardCharsets.ISO_8859_1);
                        line.append(frame.length).append(':').append(text, 0, Math.min(3, text.length())).append(' ');
                    }
                    System.out.println(line.toString().strip());
                    if (line.indexOf("end") >= 0) {
                        zmtp.leave();
                        return;
                    }
                }
            }
            throw new IllegalStateException("no end has come");
        }
    }
}
