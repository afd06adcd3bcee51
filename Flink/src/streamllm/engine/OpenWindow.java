package streamllm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A window that takes messages: one that is open, or has closed less than the allowed lateness ago. */
final class OpenWindow {
    final String session;
    long start, end;
    /** The time of the last message of those that have gone out in parts. */
    long lastGone = Long.MIN_VALUE;
    /** When it is due to be looked at; not kept. */
    long timer = Long.MAX_VALUE;
    /** The number of its last result; 0: none has come out. */
    int revision;
    /** Its result has come out at its end. */
    boolean isClosed;
    /** The customer has said something since the last early result. */
    boolean hasNewTurn;
    /** It has been forgotten. */
    boolean isGone;
    /** Results that have come out and haven't been replaced. */
    List<WindowResult.Bounds> results = new ArrayList<>(0);
    ArrayList<Message> messages = new ArrayList<>(4);
    /** What the messages cost. */
    long cost;

    OpenWindow(String session, long start, long end) {
        this.session = session;
        this.start = start;
        this.end = end;
    }

    Message lastMessage() { return messages.isEmpty() ? null : messages.get(messages.size() - 1); }

    /** The time of its last message, of those that have gone out included. */
    long last() { return messages.isEmpty() ? lastGone : Math.max(lastGone, lastMessage().time()); }

    boolean isCustomerLast() { return !messages.isEmpty() && !lastMessage().isRM(); }

    /** Puts a message in its place, by time and then by arrival: mostly behind the others. */
    void add(Message message) {
        int place = messages.size();
        while (place > 0 && Message.ORDER.compare(messages.get(place - 1), message) > 0) place--;
        messages.add(place, message);
        cost += message.cost();
    }

    ArrayList<Message> takeMessages() {
        ArrayList<Message> taken = messages;
        messages = new ArrayList<>(0);
        cost = 0;
        return taken;
    }

    OpenWindow copy() {
        OpenWindow copy = new OpenWindow(session, start, end);
        copy.lastGone = lastGone;
        copy.revision = revision;
        copy.isClosed = isClosed;
        copy.hasNewTurn = hasNewTurn;
        copy.results = new ArrayList<>(results);
        copy.messages = new ArrayList<>(messages);
        copy.cost = cost;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Packed.write(session, out);
        out.writeLong(start);
        out.writeLong(end);
        out.writeLong(lastGone);
        Packed.writeNumber(revision, out);
        out.writeByte((isClosed ? 1 : 0) | (hasNewTurn ? 2 : 0));
        Packed.writeNumber(results.size(), out);
        for (WindowResult.Bounds bounds : results) bounds.write(out);
        write(messages, out);
    }

    static OpenWindow read(DataInput in) throws IOException {
        OpenWindow window = new OpenWindow(Packed.readText(in), in.readLong(), in.readLong());
        window.lastGone = in.readLong();
        window.revision = (int) Packed.readNumber(in);
        int flags = in.readUnsignedByte();
        window.isClosed = (flags & 1) != 0;
        window.hasNewTurn = (flags & 2) != 0;
        for (long left = Packed.readNumber(in); left > 0; left--) window.results.add(WindowResult.Bounds.read(in));
        window.messages = readMessages(in);
        for (Message message : window.messages) window.cost += message.cost();
        return window;
    }

    static void write(List<Message> messages, DataOutput out) throws IOException {
        Packed.writeNumber(messages.size(), out);
        for (Message message : messages) {
            out.writeLong(message.time());
            Packed.writeNumber(message.sequence(), out);
            out.writeBoolean(message.isRM());
            Packed.write(message.text(), out);
        }
    }

    static ArrayList<Message> readMessages(DataInput in) throws IOException {
        ArrayList<Message> messages = new ArrayList<>();
        for (long left = Packed.readNumber(in); left > 0; left--) {
            messages.add(new Message(in.readLong(), Packed.readNumber(in), in.readBoolean(), Packed.readBytes(in)));
        }
        return messages;
    }
}
