package streamllm.feed;

/** A short sign by which a record is known again: FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/). */
public final class Fingerprint {
    private Fingerprint() {}

    public static long hash(byte[] bytes, int start, int end) {
        long value = 0xCBF29CE484222325L;
        for (int i = start; i < end; i++) value = (value ^ (bytes[i] & 0xFF)) * 0x100000001B3L;
        return value;
    }

    /** In 16 hexadecimal digits. */
    static String of(byte[] bytes, int start, int end) { return String.format("%016x", hash(bytes, start, end)); }
}
