package streamllm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Texts and numbers as bytes. Short ones take few. */
public final class Packed {
    private Packed() {}

    public static void write(String text, DataOutput out) throws IOException {
        write(text == null ? null : text.getBytes(StandardCharsets.UTF_8), out);
    }

    public static void write(byte[] bytes, DataOutput out) throws IOException {
        writeNumber(bytes == null ? 0 : bytes.length + 1L, out);
        if (bytes != null) out.write(bytes);
    }

    public static String readText(DataInput in) throws IOException {
        byte[] bytes = readBytes(in);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    public static byte[] readBytes(DataInput in) throws IOException {
        long count = readNumber(in);
        if (count == 0) return null;
        if (count < 0 || count > Integer.MAX_VALUE) throw new IOException("a text of " + (count - 1) + " bytes");
        byte[] bytes = new byte[(int) (count - 1)];
        in.readFully(bytes);
        return bytes;
    }

    /** Seven bits a byte, the lowest first (https://protobuf.dev/programming-guides/encoding/#varints). */
    public static void writeNumber(long number, DataOutput out) throws IOException {
        while ((number & ~0x7FL) != 0) {
            out.writeByte((int) (number & 0x7F | 0x80));
            number >>>= 7;
        }
        out.writeByte((int) number);
    }

    public static long readNumber(DataInput in) throws IOException {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = in.readUnsignedByte();
            number |= (b & 0x7FL) << shift;
            if (b < 0x80) return number;
        }
        throw new IOException("a number of more than 64 bits");
    }
}
