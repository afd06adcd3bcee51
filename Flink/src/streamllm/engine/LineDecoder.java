package streamllm.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** From one line of input to a message, or to the reason why it is none. The rules are those of {@code Sources/Chat}. */
public final class LineDecoder {
    private static final String[] FIELDS = {"session_id", "timestamp", "sender", "message"};
    private static final byte[][] NAMES =
        Arrays.stream(FIELDS).map(name -> name.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    private static final byte[] RM = "rm".getBytes(StandardCharsets.UTF_8),
        CUSTOMER = "customer".getBytes(StandardCharsets.UTF_8);
    /** In bytes. */
    private static final int LONGEST_SESSION = 1024, LONGEST_SENDER = 64, KEPT = 4 << 20;
    /** No text of so few bytes becomes too large for an entry, and none may take more than the other there. */
    private static final int SURELY_FITS = 8 << 20, LARGEST_TEXT = 6 * SURELY_FITS;

    private LineDecoder() {}

    /** Reads the line from {@code start} to {@code end}; its item has the line with it. */
    public static Item decode(byte[] bytes, int start, int end, String stream, long sequence) {
        Item item = Item.of(Item.Kind.MESSAGE, stream);
        item.sequence = sequence;
        try {
            read(item, bytes, start, end);
            item.line = kept(bytes, start, end);
            item.reason = note(item.line, start, end);
        } catch (JsonLine.Problem problem) {
            item.kind = Item.Kind.REJECTED;
            item.session = null;
            item.message = null;
            item.line = kept(bytes, start, end);
            String note = note(item.line, start, end);
            item.reason = note == null ? problem.getMessage() : problem.getMessage() + note;
        }
        return item;
    }

    /** What is said of a line that isn't kept as a whole; null of one that is. */
    private static String note(byte[] kept, int start, int end) {
        return end - start <= KEPT ? null : " (the first " + kept.length + " of " + (end - start) + " bytes)";
    }

    /** As much of a line as a record keeps, cut between two characters. */
    private static byte[] kept(byte[] bytes, int start, int end) {
        int cut = Math.min(end, start + KEPT);
        while (cut < end && cut > start + KEPT - 3 && (bytes[cut] & 0xC0) == 0x80) cut--;
        return JsonLine.mended(bytes, start, cut);
    }

    private static void read(Item item, byte[] bytes, int start, int end) throws JsonLine.Problem {
        if (start == end) throw new JsonLine.Problem("the line is empty");
        JsonLine.Value[] values = new JsonLine.Value[FIELDS.length];
        JsonLine.read(bytes, start, end, NAMES, values);
        for (int i = 0; i < FIELDS.length; i++) {
            if (values[i] == null) throw new JsonLine.Problem('"' + FIELDS[i] + "\" is missing");
            // Session and time may be numbers.
            if (values[i].text() == null || values[i].isNumber() && i > 1) {
                throw new JsonLine.Problem('"' + FIELDS[i] + "\" is not a string");
            }
        }
        byte[] session = values[0].text(), text = values[3].text();
        if (session.length == 0) throw new JsonLine.Problem("\"session_id\" is empty");
        if (session.length > LONGEST_SESSION) {
            throw new JsonLine.Problem("\"session_id\" has " + session.length + " bytes, and at most " + LONGEST_SESSION + " are taken");
        }
        String time = new String(values[1].text(), StandardCharsets.UTF_8);
        long moment = TimeText.read(time);
        if (moment == TimeText.NONE) {
            throw new JsonLine.Problem("\"timestamp\" is not an ISO 8601 date and time: \"" + shortened(time) + '"');
        }
        boolean isRM = isRM(values[2].text());
        if (text.length > SURELY_FITS && quotedSize(text) > LARGEST_TEXT) {
            throw new JsonLine.Problem("\"message\" would take " + quotedSize(text) + " bytes in an entry, and at most "
                + LARGEST_TEXT + " are taken");
        }
        item.session = new String(session, StandardCharsets.UTF_8);
        item.message = new Message(moment, item.sequence, isRM, text);
    }

    private static boolean isRM(byte[] sender) throws JsonLine.Problem {
        if (Arrays.equals(sender, RM)) return true;
        if (Arrays.equals(sender, CUSTOMER)) return false;
        String text = new String(sender, StandardCharsets.UTF_8);
        if (sender.length <= LONGEST_SENDER) {
            // As it is shown: in any case, with white space around it.
            String shown = trimmed(text.toLowerCase(Locale.ROOT)).replaceAll("(?U)\\s+", " ");
            if (shown.equals("rm")) return true;
            if (shown.equals("customer")) return false;
        }
        throw new JsonLine.Problem("\"sender\" is neither \"customer\" nor \"rm\": \"" + shortened(text) + '"');
    }

    /** Without Unicode's white space around it; {@link String#strip} leaves no-break spaces, and takes controls. */
    static String trimmed(String text) { return text.replaceAll("(?U)\\A\\s+|\\s+\\z", ""); }

    /** At most 60 code points, so that a reason stays readable. */
    private static String shortened(String text) {
        if (text.codePointCount(0, text.length()) <= 60) return text;
        return text.substring(0, text.offsetByCodePoints(0, 60)) + "…";
    }

    /** How many bytes a text takes in an entry, where controls are escaped, and all else that could drive a terminal. */
    private static long quotedSize(byte[] text) {
        return new String(text, StandardCharsets.UTF_8).codePoints().mapToLong(LineDecoder::quotedSize).sum();
    }

    private static long quotedSize(int point) {
        if (point == '"' || point == '\\' || point == '\n' || point == '\r' || point == '\t') return 2;
        boolean drivesTerminals = point < 0x20 || point >= 0x7F && point < 0xA0 || point >= 0x2028 && point <= 0x202E
            || point >= 0x2066 && point <= 0x2069 || point == 0x200E || point == 0x200F || point == 0x061C;
        if (drivesTerminals) return 6;
        return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    }
}
