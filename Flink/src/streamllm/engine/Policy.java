package streamllm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * How windows are cut, how long stragglers are waited for, and when an answer comes early. Durations are in milliseconds of
 * event time.
 *
 * @param size of a tumbling or sliding window
 * @param slide from the beginning of one window to the next; of tumbling ones, their size
 * @param gap a session window ends after so long without a message
 * @param longest a session window ends after so long at the latest; {@code Long.MAX_VALUE}: never for that
 * @param maxOutOfOrderness how far behind the latest message another may be and still be on time
 * @param allowedLateness how long after its end a window is kept, to come out again with what arrives late
 * @param maxAdvance a message further ahead of its stream counts only if the next one confirms it
 * @param turnSilence an early result comes when the customer has spoken and nobody has for so long; {@link #NEVER}: none does
 * @param limits how much a window holds, and what it takes to be believed
 */
public record Policy(Kind kind, long size, long slide, long gap, long longest, long maxOutOfOrderness,
        long allowedLateness, long maxAdvance, long turnSilence, Limits limits) implements Serializable {
    /** How windows are cut. */
    public enum Kind {
        TUMBLING, SLIDING, SESSION;

        public String text() { return name().toLowerCase(java.util.Locale.ROOT); }
    }

    /** No early results. */
    public static final long NEVER = -1;

    /**
     * @param window what is in a window costs at most so much (texts in bytes, and 40 for each), or it comes out in parts
     * @param clockProof a clock that is too far ahead of its stream has to go on for so long until it is believed
     */
    public record Limits(long window, long clockProof) implements Serializable {
        public static final Limits STANDARD = new Limits(8 << 20, 10_000);
    }

    public boolean hasTurns() { return turnSilence != NEVER; }

    /** The end of the last window that a message of this time is in, if it is alone. */
    long lastEnd(long time) {
        if (kind == Kind.SESSION) return Math.min(time + gap, Times.plus(time, longest));
        return time - Math.floorMod(time, slide) + size;
    }

    /** Whether a session window's end depends on more than its last message. */
    boolean hasLongest() { return kind == Kind.SESSION && longest != Long.MAX_VALUE; }

    void write(DataOutput out) throws IOException {
        out.writeByte(kind.ordinal());
        for (long number : new long[] {size, slide, gap, longest, maxOutOfOrderness, allowedLateness, maxAdvance,
                turnSilence, limits.window, limits.clockProof}) out.writeLong(number);
    }

    static Policy read(DataInput in) throws IOException {
        int kind = in.readUnsignedByte();
        if (kind >= Kind.values().length) throw new IOException("windows of an unknown kind");
        return new Policy(Kind.values()[kind], in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong(),
            in.readLong(), in.readLong(), in.readLong(), new Limits(in.readLong(), in.readLong()));
    }
}
