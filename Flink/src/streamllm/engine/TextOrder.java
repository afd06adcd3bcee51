package streamllm.engine;

import java.util.Comparator;

/** The order of texts by their bytes in UTF-8, which is by code points. Java's own differs beyond U+FFFF. */
final class TextOrder {
    static final Comparator<String> UTF8 = (a, b) -> {
        int count = Math.min(a.length(), b.length());
        for (int i = 0; i < count; i++) {
            char x = a.charAt(i), y = b.charAt(i);
            if (x == y) continue;
            boolean isPair = Character.isSurrogate(x);
            // Halves of pairs stand for code points above all others.
            return isPair == Character.isSurrogate(y) ? x - y : isPair ? 1 : -1;
        }
        return a.length() - b.length();
    };

    private TextOrder() {}
}
