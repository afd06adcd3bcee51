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
    /** As they have come; mostly that is by time, and then by arrival. */
    private ArrayList<Message> messages = new ArrayList<>(4);
    private boolean isSorted = true;
    /** The last one by time, and then by arrival; null: there is none. */
    private Message lastMessage;
    /** What the messages cost. */
    long cost;

    OpenWindow(String session, long start, long end) {
        this.session = session;
        this.start = start;
        this.end = end;
    }

    Message lastMessage() { return lastMessage; }

    boolean isEmpty() { return messages.isEmpty(); }

    /** The time of its last message, of those that have gone out included. */
    long last() { return lastMessage == null ? lastGone : Math.max(lastGone, lastMessage.time()); }

    boolean isCustomerLast() { return lastMessage != null && !lastMessage.isRM(); }

    /** Adds a message. They are put in order once they are wanted: one by one, those that come backwards would take for ever. */
    void add(Message message) {
        messages.add(message);
        if (lastMessage == null || Message.ORDER.compare(lastMessage, message) <= 0) lastMessage = message; else isSorted = false;
        cost += message.cost();
    }

    /** Adds all of another's. */
    void add(OpenWindow other) { for (Message message : other.messages) add(message); }

    private void sort() {
        if (!isSorted) messages.sort(Message.ORDER);
        isSorted = true;
    }

    /** What is in it, by time and then by arrival; it stays. */
    ArrayList<Message> messages() {
        sort();
        return new ArrayList<>(messages);
    }

    ArrayList<Message> takeMessages() {
        sort();
        ArrayList<Message> taken = messages;
        messages = new ArrayList<>(0);
        lastMessage = null;
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
        copy.isSorted = isSorted;
        copy.lastMessage = lastMessage;
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
        List<Message> sorted = messages;
        if (!isSorted) {
            // Others may read it at the same time: nothing is changed here.
            sorted = new ArrayList<>(messages);
            sorted.sort(Message.ORDER);
        }
        write(sorted, out);
    }

    static OpenWindow read(DataInput in) throws IOException {
        OpenWindow window = new OpenWindow(Packed.readText(in), in.readLong(), in.readLong());
        window.lastGone = in.readLong();
        window.revision = (int) Packed.readNumber(in);
        int flags = in.readUnsignedByte();
        window.isClosed = (flags & 1) != 0;
        window.hasNewTurn = (flags & 2) != 0;
        for (long left = Packed.readNumber(in); left > 0; left--) window.results.add(WindowResult.Bounds.read(in));
        readMessages(in).forEach(window::add);
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
