package streamllm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is in a window at the moment at which it comes out.
 *
 * @param start in milliseconds since 1970, inclusive
 * @param end exclusive
 * @param revision 1 for a window's first result, then one more each time it comes out again
 * @param supersedes the results that this one replaces
 * @param messages by time, those of one time by arrival
 * @param lost messages of its stream known to be lost by then
 */
public record WindowResult(String stream, String session, Policy.Kind kind, long start, long end, int revision,
        List<Bounds> supersedes, Trigger trigger, List<Message> messages, long lost) {
    /** What made a window come out. */
    public enum Trigger {
        /** The watermark passed its end. */
        WINDOW,
        /** The customer had spoken and then nobody did. */
        TURN,
        /** There was no room for more: what comes after is in results of its own. */
        SIZE;

        public String text() { return name().toLowerCase(java.util.Locale.ROOT); }
    }

    /** An earlier result of the same session. */
    public record Bounds(long start, long end, int revision) {
        void write(DataOutput out) throws IOException {
            out.writeLong(start);
            out.writeLong(end);
            Packed.writeNumber(revision, out);
        }

        static Bounds read(DataInput in) throws IOException {
            return new Bounds(in.readLong(), in.readLong(), (int) Packed.readNumber(in));
        }
    }

    public void write(DataOutput out) throws IOException {
        Packed.write(stream, out);
        Packed.write(session, out);
        out.writeByte(kind.ordinal());
        out.writeLong(start);
        out.writeLong(end);
        Packed.writeNumber(revision, out);
        Packed.writeNumber(supersedes.size(), out);
        for (Bounds bounds : supersedes) bounds.write(out);
        out.writeByte(trigger.ordinal());
        OpenWindow.write(messages, out);
        Packed.writeNumber(lost, out);
    }

    public static WindowResult read(DataInput in) throws IOException {
        String stream = Packed.readText(in), session = Packed.readText(in);
        Policy.Kind kind = Policy.Kind.values()[in.readUnsignedByte()];
        long start = in.readLong(), end = in.readLong();
        int revision = (int) Packed.readNumber(in);
        List<Bounds> supersedes = new ArrayList<>();
        for (long left = Packed.readNumber(in); left > 0; left--) supersedes.add(Bounds.read(in));
        Trigger trigger = Trigger.values()[in.readUnsignedByte()];
        return new WindowResult(stream, session, kind, start, end, revision, supersedes, trigger,
            OpenWindow.readMessages(in), Packed.readNumber(in));
    }
}
