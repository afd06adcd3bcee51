package streamllm.feed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Which live messages are control, which are records, and which are of publishers that don't number (docs/feed-protocol.md). */
public final class ControlTest {
    /** Frames with bars between them, the third in hexadecimal digits; and what they are. */
    private record Row(String what, String frames, String kind) {}

    private static final String CONTROL = "{\"stream\":\"demo\",\"first\":1,\"next\":3,\"replay\":\"tcp:x\",\"ended\":false}";

    private static final List<Row> ROWS = List.of(
        new Row("a payload alone", "{}", "foreign"),
        new Row("with a topic", "chat|{}", "foreign"),
        new Row("with something else behind", "chat|{}|00", "foreign"),
        new Row("with a number and no name", "chat|{}|0000000000000001", "foreign"),
        new Row("with the number 0", "chat|{}|000000000000000064", "foreign"),
        new Row("with too large a number", "chat|{}|400000000000000064", "foreign"),
        new Row("with a name that isn't UTF-8", "chat|{}|0000000000000001ff", "foreign"),
        new Row("with too long a name", "chat|{}|0000000000000001" + "64".repeat(129), "foreign"),
        new Row("of four frames", "chat|{}|000000000000000164|64", "foreign"),
        new Row("a record", "chat|{}|000000000000000164", "record"),
        new Row("one of the longest name", "chat|{}|0000000000000001" + "64".repeat(128), "record"),
        new Row("what nobody numbers", "status|{}|", "ignored"),
        new Row("control", "control|" + CONTROL + "|", "control"),
        new Row("control that can't be read", "control|{}|", "ignored"));

    private ControlTest() {}

    private static String kind(List<byte[]> message) {
        if (Control.isOne(message) && Control.of(message) != null) return "control";
        if (Control.isForeign(message)) return "foreign";
        return message.get(2).length == 0 ? "ignored" : "record";
    }

    private static byte[] frame(String[] frames, int place) {
        return place == 2 ? HexFormat.of().parseHex(frames[2]) : frames[place].getBytes(StandardCharsets.UTF_8);
    }

    public static void main(String[] arguments) {
        int failed = 0;
        for (Row row : ROWS) {
            String[] frames = row.frames().split("\\|", -1);
            byte[][] message = new byte[frames.length][];
            Arrays.setAll(message, place -> frame(frames, place));
            String got = kind(List.of(message));
            if (got.equals(row.kind())) continue;
            failed++;
            System.out.println(row.what() + "\n  expected " + row.kind() + "\n  got      " + got);
        }
        System.out.println(ROWS.size() + " live messages, " + failed + " failed");
        if (failed > 0) System.exit(1);
    }
}
