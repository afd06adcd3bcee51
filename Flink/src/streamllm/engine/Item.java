package streamllm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What goes from a stream's clock to its engines, in order: a message, or how far the clock has come. Each has all that an
 * engine needs to know of its stream, so that engines on many machines need no clock in common.
 */
public final class Item {
    public enum Kind {
        /** A message of the stream. */
        MESSAGE,
        /** Its clock has come further, or something else that items say of the stream has changed. */
        TIME,
        /** No message follows. */
        ENDED,
        /** A line that isn't a message, or one whose time can't be believed. */
        REJECTED,
        /** The stream has been heard of. */
        BEGAN;

        private static final Kind[] ALL = values();
    }

    public Kind kind;
    /** Which of the stream's engines it is for. */
    public int shard;
    public String stream;
    /** Everything before this time has arrived: the watermark and one millisecond. Of a message, before it counted. */
    public long frontier = Long.MIN_VALUE;
    /** Windows that end here or before are over, whatever the allowed lateness. */
    public long finished = Long.MIN_VALUE;
    /** Messages of the stream known to be lost. */
    public long lost;

    /** The record's number. Of what is about the stream as a whole, by which it is told from the same name's before. */
    public long sequence;

    // Of a message or a line.

    public String session;
    public Message message;
    /** The line, or as much of it as is kept, in UTF-8; null where nobody will want to see it. */
    public byte[] line;
    /** Why it is rejected. Of a message, what would be said behind the reason, since its line isn't kept as a whole; mostly null. */
    public String reason;

    public boolean isOfRecord() { return kind == Kind.MESSAGE || kind == Kind.REJECTED; }

    public static Item of(Kind kind, String stream) {
        Item item = new Item();
        item.kind = kind;
        item.stream = stream;
        return item;
    }

    public void write(DataOutput out) throws IOException {
        out.writeByte(kind.ordinal());
        Packed.writeNumber(shard, out);
        Packed.write(stream, out);
        out.writeLong(frontier);
        out.writeLong(finished);
        Packed.writeNumber(lost, out);
        Packed.writeNumber(sequence, out);
        if (!isOfRecord()) return;
        Packed.write(session, out);
        out.writeBoolean(message != null);
        if (message != null) {
            out.writeLong(message.time());
            out.writeBoolean(message.isRM());
            Packed.write(message.text(), out);
        }
        Packed.write(line, out);
        Packed.write(reason, out);
    }

    public static Item read(DataInput in) throws IOException {
        int kind = in.readUnsignedByte();
        if (kind >= Kind.ALL.length) throw new IOException("an item of an unknown kind");
        Item item = new Item();
        item.kind = Kind.ALL[kind];
        item.shard = (int) Packed.readNumber(in);
        item.stream = Packed.readText(in);
        item.frontier = in.readLong();
        item.finished = in.readLong();
        item.lost = Packed.readNumber(in);
        item.sequence = Packed.readNumber(in);
        if (!item.isOfRecord()) return item;
        item.session = Packed.readText(in);
        if (in.readBoolean()) {
            item.message = new Message(in.readLong(), item.sequence, in.readBoolean(), Packed.readBytes(in));
        }
        item.line = Packed.readBytes(in);
        item.reason = Packed.readText(in);
        return item;
    }
}
