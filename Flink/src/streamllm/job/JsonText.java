package streamllm.job;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes JSON (RFC 8259), in UTF-8. */
final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[512];
    private int count;
    private boolean needsComma;

    JsonText open(char bracket) {
        separate();
        needsComma = false;
        return raw(bracket);
    }

    JsonText close(char bracket) {
        needsComma = true;
        return raw(bracket);
    }

    JsonText name(String name) {
        text(name).raw(':');
        needsComma = false;
        return this;
    }

    JsonText number(long number) { return word(Long.toString(number)); }

    JsonText truth(boolean truth) { return word(Boolean.toString(truth)); }

    JsonText none() { return word("null"); }

    private JsonText word(String word) {
        separate();
        append(word.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    JsonText text(String text) { return utf8(text.getBytes(StandardCharsets.UTF_8)); }

    /** @param text in UTF-8 */
    JsonText utf8(byte[] text) {
        separate();
        raw('"');
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            byte b = text[i];
            if (b < 0 || b >= 0x20 && b != '"' && b != '\\') continue;
            append(text, start, i);
            start = i + 1;
            raw('\\');
            switch (b) {
                case '"', '\\' -> raw((char) b);
                case '\n' -> raw('n');
                case '\r' -> raw('r');
                case '\t' -> raw('t');
                default -> append(new byte[] {'u', '0', '0', HEX[b >> 4], HEX[b & 15]});
            }
        }
        append(text, start, text.length);
        return raw('"');
    }

    private void separate() {
        if (needsComma) raw(',');
        needsComma = true;
    }

    private JsonText raw(char character) {
        if (count == bytes.length) bytes = Arrays.copyOf(bytes, 2 * count);
        bytes[count++] = (byte) character;
        return this;
    }

    private void append(byte[] more) { append(more, 0, more.length); }

    private void append(byte[] more, int start, int end) {
        if (count + end - start > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, count + end - start));
        System.arraycopy(more, start, bytes, count, end - start);
        count += end - start;
    }

    byte[] bytes() { return Arrays.copyOf(bytes, count); }
}
