package streamllm.engine;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one object of JSON (RFC 8259) for some of its fields, and all of it for whether it is JSON. It takes what the programs
 * in Swift take: halves of surrogate pairs and bytes that aren't UTF-8 become U+FFFD, and what Python writes for numbers that
 * aren't any is passed over.
 */
public final class JsonLine {
    /** What is wrong with a line. */
    public static final class Problem extends Exception {
        Problem(String words) { super(words, null, false, false); }
    }

    /** A field's value: a text, in UTF-8, or a number as text. */
    public record Value(byte[] text, boolean isNumber) {
        static final Value TRUE = new Value(null, false), FALSE = new Value(null, false);
        /** Something else. */
        static final Value OTHER = new Value(null, false);

        /** The text; null: it isn't one. */
        public String string() { return text == null || isNumber ? null : new String(text, StandardCharsets.UTF_8); }

        /** A whole number; null: it isn't one, or has more than 63 bits. */
        public Long whole() {
            if (!isNumber) return null;
            try { return Long.valueOf(new String(text, StandardCharsets.US_ASCII)); } catch (NumberFormatException e) { return null; }
        }

        /** null: neither true nor false. */
        public Boolean truth() { return this == TRUE ? Boolean.TRUE : this == FALSE ? Boolean.FALSE : null; }
    }

    private static final int DEEPEST = 1024;
    private static final byte[] UNKNOWN = "\uFFFD".getBytes(StandardCharsets.UTF_8);

    private final byte[] line;
    private final int end;
    private final byte[][] names;
    private final Value[] values;
    private int place, depth;
    private byte[] room = new byte[64];
    private int count;

    /**
     * @param names of fields, in UTF-8
     * @param values what they hold goes here; of one that is there twice, the last
     */
    private JsonLine(byte[] line, int start, int end, byte[][] names, Value[] values) {
        this.line = line;
        this.place = start;
        this.end = end;
        this.names = names;
        this.values = values;
    }

    /** Reads the object from {@code start} to {@code end}. Of fields that aren't there, the values stay as they are. */
    public static void read(byte[] line, int start, int end, byte[][] names, Value[] values) throws Problem {
        try {
            new JsonLine(line, start, end, names, values).root();
        } catch (InvalidText e) {
            byte[] mended = mended(line, start, end);
            Arrays.fill(values, null);
            try {
                new JsonLine(mended, 0, mended.length, names, values).root();
            } catch (InvalidText again) { throw new Problem("not valid JSON: its characters aren't UTF-8"); }
        }
    }

    /** Bytes that aren't UTF-8. */
    private static final class InvalidText extends Exception {
        InvalidText() { super(null, null, false, false); }
    }

    private static Problem invalid(String words) { return new Problem("not valid JSON: " + words); }

    private static Problem syntax() {
        return invalid("a comma, colon, quote or bracket is missing or too many");
    }

    private void root() throws Problem, InvalidText {
        skipSpaces();
        if (place == end) throw invalid("there is nothing in it");
        boolean isObject = line[place] == '{';
        if (isObject) object(true); else value(-1);
        skipSpaces();
        if (place < end) throw syntax();
        if (!isObject) throw new Problem("not a JSON object");
    }

    private void object(boolean isRoot) throws Problem, InvalidText {
        deeper();
        place++;
        skipSpaces();
        if (!skip('}')) {
            do {
                skipSpaces();
                if (place == end || line[place] != '"') throw syntax();
                string(isRoot);
                int field = isRoot ? field() : -1;
                skipSpaces();
                if (!skip(':')) throw syntax();
                skipSpaces();
                Value value = value(field);
                if (field >= 0) values[field] = value;
                skipSpaces();
            } while (skip(','));
            if (!skip('}')) throw syntax();
        }
        depth--;
    }

    /** Which field the text that was read names; -1: none that is wanted. */
    private int field() {
        for (int i = 0; i < names.length; i++) {
            if (Arrays.equals(names[i], 0, names[i].length, room, 0, count)) return i;
        }
        return -1;
    }

    private void array() throws Problem, InvalidText {
        deeper();
        place++;
        skipSpaces();
        if (!skip(']')) {
            do {
                skipSpaces();
                value(-1);
                skipSpaces();
            } while (skip(','));
            if (!skip(']')) throw syntax();
        }
        depth--;
    }

    private void deeper() throws Problem {
        if (++depth > DEEPEST) throw invalid("it is nested too deeply");
    }

    /** @param field which field's it is; -1: nobody wants it */
    private Value value(int field) throws Problem, InvalidText {
        if (place == end) throw syntax();
        switch (line[place]) {
            case '"':
                string(field >= 0);
                return field >= 0 ? new Value(Arrays.copyOf(room, count), false) : Value.OTHER;
            case '{': object(false); return Value.OTHER;
            case '[': array(); return Value.OTHER;
            case 't': word("true"); return Value.TRUE;
            case 'f': word("false"); return Value.FALSE;
            case 'n': word("null"); return Value.OTHER;
            case 'N': word("NaN"); return Value.OTHER;
            case 'I': word("Infinity"); return Value.OTHER;
            default: return number(field >= 0);
        }
    }

    private void word(String word) throws Problem {
        for (int i = 0; i < word.length(); i++) {
            if (place == end || line[place++] != word.charAt(i)) throw invalid("a word is neither true, false nor null");
        }
        if (place < end && !isDelimiter(line[place])) throw invalid("a word is neither true, false nor null");
    }

    private static boolean isDelimiter(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n' || b == ',' || b == ']' || b == '}' || b == ':';
    }

    // Numbers

    private Value number(boolean isWanted) throws Problem {
        int start = place;
        boolean isNegative = skip('-');
        if (isNegative && place < end && line[place] == 'I') {
            word("Infinity");
            return Value.OTHER;
        }
        if (place == end || line[place] < '0' || line[place] > '9') throw isNegative ? badNumber() : syntax();
        if (!skip('0')) digits();
        boolean isWhole = true;
        if (skip('.')) {
            isWhole = false;
            if (digits() == 0) throw badNumber();
        }
        if (skip('e') || skip('E')) {
            isWhole = false;
            if (!skip('+')) skip('-');
            if (digits() == 0) throw badNumber();
        }
        if (place < end && !isDelimiter(line[place])) throw badNumber();
        if (!isWanted) return Value.OTHER;
        String text = new String(line, start, place - start, StandardCharsets.ISO_8859_1);
        return new Value((isWhole ? whole(text) : real(text)).getBytes(StandardCharsets.UTF_8), true);
    }

    private static Problem badNumber() { return invalid("a number isn't written as JSON wants"); }

    private int digits() {
        int start = place;
        while (place < end && line[place] >= '0' && line[place] <= '9') place++;
        return place - start;
    }

    private static String whole(String text) { return text.equals("-0") ? "0" : new BigInteger(text).toString(); }

    /** In as few digits as say it, as printf's %g has it; one that is beyond 64 bits as it is written. */
    private static String real(String text) {
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) return text;
        if (value == 0) return text.startsWith("-") ? "-0" : "0";
        for (int precision = 15; ; precision++) {
            BigDecimal rounded = new BigDecimal(value).round(new MathContext(precision, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() != value && precision < 17) continue;
            BigDecimal bare = rounded.stripTrailingZeros();
            int exponent = bare.precision() - bare.scale() - 1;
            if (exponent >= -4 && exponent < precision) return bare.toPlainString();
            String digits = bare.unscaledValue().abs().toString();
            return (value < 0 ? "-" : "") + digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        }
    }

    // Texts

    /** Reads a text; it is in {@link #room} afterwards if it is kept. */
    private void string(boolean isKept) throws Problem, InvalidText {
        count = 0;
        int start = ++place;
        while (true) {
            if (place == end) throw invalid("a text has no end: is the line cut off?");
            byte b = line[place];
            if (b == '"' || b == '\\' || b >= 0 && b < 0x20 || b < 0) {
                if (isKept) keep(start, place);
                if (b == '"') {
                    place++;
                    return;
                }
                if (b < 0) {
                    int size = sizeOfCharacter();
                    if (isKept) keep(place, place + size);
                    place += size;
                } else if (b == '\\') {
                    escape(isKept);
                } else {
                    throw invalid("a text has a control character in it, which has to be escaped");
                }
                start = place;
            } else {
                place++;
            }
        }
    }

    private void keep(int from, int to) {
        int size = to - from;
        if (count + size > room.length) room = Arrays.copyOf(room, Math.max(2 * room.length, count + size));
        System.arraycopy(line, from, room, count, size);
        count += size;
    }

    private void keep(byte[] bytes) {
        if (count + bytes.length > room.length) room = Arrays.copyOf(room, 2 * room.length + bytes.length);
        System.arraycopy(bytes, 0, room, count, bytes.length);
        count += bytes.length;
    }

    /** How many bytes the character has that stands here, which isn't ASCII. */
    private int sizeOfCharacter() throws InvalidText {
        int size = sizeOfCharacter(line, place, end);
        if (size < 0) throw new InvalidText();
        return size;
    }

    /**
     * How many bytes the character has that begins at {@code place} (RFC 3629).
     *
     * @return negative: how many of them can't begin one, at least 1
     */
    private static int sizeOfCharacter(byte[] bytes, int place, int end) {
        int first = bytes[place] & 0xFF;
        if (first < 0x80) return 1;
        if (first < 0xC2 || first > 0xF4) return -1;
        int size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80, most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        for (int i = 1; i < size; i++) {
            int next = place + i < end ? bytes[place + i] & 0xFF : 0;
            if (next < least || next > most) return -i;
            least = 0x80;
            most = 0xBF;
        }
        return size;
    }

    /** With U+FFFD for bytes that are no characters, each for as many as begin one (Unicode, 3.9, U+FFFD Substitution). */
    static byte[] mended(byte[] bytes, int start, int end) {
        ByteArrayOutputStream mended = new ByteArrayOutputStream(end - start + 64);
        for (int place = start; place < end; ) {
            int size = sizeOfCharacter(bytes, place, end);
            if (size > 0) mended.write(bytes, place, size); else mended.writeBytes(UNKNOWN);
            place += Math.abs(size);
        }
        return mended.toByteArray();
    }

    private void escape(boolean isKept) throws Problem {
        place++;
        if (place == end) throw invalid("a text has no end: is the line cut off?");
        char letter = (char) line[place++];
        int plain = "\"\\/bfnrt".indexOf(letter);
        if (plain >= 0) {
            if (isKept) keep(new byte[] {(byte) "\"\\/\b\f\n\r\t".charAt(plain)});
            return;
        }
        int unit = letter == 'u' ? hex() : -1;
        if (unit < 0) throw invalid("a text has an escape that JSON doesn't know");
        int point = unit;
        if (Character.isHighSurrogate((char) unit) && end - place >= 6 && line[place] == '\\' && line[place + 1] == 'u') {
            int back = place;
            place += 2;
            int second = hex();
            if (second >= 0 && Character.isLowSurrogate((char) second)) {
                point = Character.toCodePoint((char) unit, (char) second);
            } else {
                place = back;
            }
        }
        if (!isKept) return;
        keep(point >= 0xD800 && point <= 0xDFFF ? UNKNOWN : Character.toString(point).getBytes(StandardCharsets.UTF_8));
    }

    /** Four digits; -1 where there are others. */
    private int hex() {
        if (end - place < 4) return -1;
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(line[place + i], 16);
            if (digit < 0) return -1;
            value = value * 16 + digit;
        }
        place += 4;
        return value;
    }

    // Between

    private void skipSpaces() {
        while (place < end && (line[place] == ' ' || line[place] == '\t' || line[place] == '\r' || line[place] == '\n')) place++;
    }

    private boolean skip(char character) {
        if (place == end || line[place] != character) return false;
        place++;
        return true;
    }
}
