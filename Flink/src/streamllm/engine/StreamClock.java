package streamllm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * One stream's clock: messages move it, and between them what the publisher says of its time. It judges times from the future,
 * and says how far the stream has come with each item that goes to the stream's engines. There is one, wherever these are.
 */
public final class StreamClock {
    private static final int VERSION = 1;
    /** Of what the skeleton has one has no use but for its windows: so much is kept of messages, which cost 40 each. */
    private static final long MOST_SKELETON = 1 << 20;

    private final String stream;
    private final Policy policy;
    /** The latest time that a message or the stream's own clock has reached. */
    private long latest = Long.MIN_VALUE;
    /** Everything before this time is taken to have arrived. */
    private long frontier = Long.MIN_VALUE;
    private long finished = Long.MIN_VALUE;
    private boolean hasMessages;
    /** The stream's own clock isn't believed from here on: a message that said so wasn't. */
    private long doubtful = Long.MAX_VALUE;
    // What the publisher's clock says that is too far ahead to be believed yet: from when on, and how far it has gone on.
    private boolean hasClaim;
    private long claimSince, claimReached;
    /** It has ended. If a message comes, it goes on; until then, nothing moves it. */
    private boolean hasEnded;
    /** A message from the future, which the next one confirms or not. */
    private Item held;
    private long lost;
    /** The latest end of a window that messages have made. */
    private long lastEnd = Long.MIN_VALUE;
    /**
     * Where a session window may be no longer than so much, ends depend on all its messages: an engine of all sessions, without
     * texts, knows the last one. Else null.
     */
    private Engine skeleton;

    public StreamClock(String stream, Policy policy) {
        this.stream = stream;
        this.policy = policy;
        if (policy.hasLongest()) skeleton = new Engine(stream, policy);
    }

    public String stream() { return stream; }
    public Policy policy() { return policy; }
    public long frontier() { return frontier; }

    /** Says how far the stream has come. */
    public Item stamp(Item item) {
        item.frontier = frontier;
        item.finished = finished;
        item.lost = lost;
        return item;
    }

    // Messages

    /** Takes the stream's next message; what counts now goes to {@code out}. */
    public void take(Item item, Consumer<Item> out) {
        hasEnded = false;
        if (hasMessages && (held != null || isAhead(item.message.time()))) {
            if (held != null) {
                if (item.message.time() >= Times.minus(held.message.time(), policy.maxAdvance())) {
                    // It is near the held one or beyond it: time has really jumped, and both count.
                    putHeld(out);
                    put(item, out);
                    return;
                }
                rejectHeld(out);
            }
            if (isAhead(item.message.time())) {
                held = item;
                doubtful = Math.min(doubtful, item.message.time());
                return;
            }
        }
        put(item, out);
    }

    /** A line that isn't a message moves nothing. */
    public void pass(Item item, Consumer<Item> out) { out.accept(stamp(item)); }

    private boolean isAhead(long time) { return time > Times.plus(latest, policy.maxAdvance()); }

    private void put(Item item, Consumer<Item> out) {
        Message message = item.message;
        // Time has passed before the message came. Whoever has waited for an answer until then has waited.
        if (policy.hasTurns() && hasMessages) advance(Times.minus(message.time(), 1));
        note(item);
        // Only what is behind the clock can be late.
        if (message.time() >= frontier) item.line = null;
        out.accept(stamp(item));
        hasMessages = true;
        advance(message.time());
    }

    /** Notes how long the windows last that a message is in. */
    private void note(Item item) {
        long end = policy.lastEnd(item.message.time());
        if (skeleton != null) {
            Item bare = stamp(Item.of(Item.Kind.MESSAGE, stream));
            bare.session = item.session;
            bare.sequence = item.sequence;
            bare.message = new Message(item.message.time(), item.sequence, item.message.isRM(), new byte[0]);
            skeleton.process(bare, NOWHERE);
            // A window's messages may go before it ends: it keeps the time of the last one, and so its end.
            if (skeleton.cost() > MOST_SKELETON) skeleton.cutLargest(MOST_SKELETON / 2, NOWHERE);
        } else if (Times.plus(end, policy.allowedLateness()) > frontier && end > finished) {
            lastEnd = Math.max(lastEnd, end);
        }
    }

    private static final Engine.Output NOWHERE = new Engine.Output() {
        @Override public void result(WindowResult result) {}
        @Override public void late(Item message) {}
    };

    private void advance(long time) {
        latest = Math.max(latest, time);
        frontier = Math.max(frontier, Times.minus(latest, policy.maxOutOfOrderness()));
    }

    private void putHeld(Consumer<Item> out) {
        Item item = held;
        held = null;
        doubtful = Long.MAX_VALUE;
        put(item, out);
    }

    private void rejectHeld(Consumer<Item> out) {
        Item item = held;
        held = null;
        String note = item.reason == null ? "" : item.reason;
        item.kind = Item.Kind.REJECTED;
        item.reason = "from the future: its time is " + Times.text(item.message.time()) + ", the stream had reached "
            + Times.text(latest) + ", and no message near it followed" + note;
        out.accept(stamp(item));
    }

    // Time without messages

    /** The stream's own clock has reached a time. */
    public void tick(long time, Consumer<Item> out) {
        if (!believes(time)) return;
        advance(time);
        if (held != null && !isAhead(held.message.time())) putHeld(out);
    }

    /**
     * Whether a time counts that the stream's own clock says. One that is too far ahead does when the clock has gone on from
     * there, step by step: a clock that only repeats something, or jumps about, hasn't.
     */
    private boolean believes(long time) {
        if (!hasMessages || hasEnded) return false; // there is nothing to be ahead of
        if (!isAhead(time)) {
            hasClaim = false;
            return true;
        }
        if (time >= doubtful) return false;
        if (!hasClaim || time < claimReached || time > Times.plus(claimReached, policy.maxAdvance())) claimSince = time;
        claimReached = time;
        hasClaim = Times.minus(time, claimSince) < policy.limits().clockProof();
        return !hasClaim;
    }

    /** Nothing has been heard of the publisher for too long: its open windows aren't waited for. */
    public void closeOpenWindows() {
        if (skeleton != null) {
            lastEnd = skeleton.lastOpenEnd();
            skeleton.process(stampAt(lastEnd), NOWHERE);
        }
        frontier = Math.max(frontier, lastEnd);
    }

    private Item stampAt(long time) {
        Item item = stamp(Item.of(Item.Kind.TIME, stream));
        item.frontier = Math.max(frontier, time);
        return item;
    }

    /** So many messages are gone for good. */
    public void lose(long count) { lost = Times.plus(lost, count); }

    /** It has ended, and all have been told. If it goes on, what was lost before isn't said again. */
    public void forgetLost() { lost = 0; }

    /** No message follows, as far as one knows. The clock stops where the last window has ended; if more comes, it goes on there. */
    public void end(Consumer<Item> out) {
        if (held != null) rejectHeld(out);
        closeOpenWindows();
        finish();
        hasClaim = false;
        hasEnded = true;
    }

    /** Whatever was open is over, and none of it begins anew: it would have the id of what has come out. */
    private void finish() {
        finished = frontier;
        lastEnd = Long.MIN_VALUE;
        if (skeleton != null) skeleton = new Engine(stream, policy);
    }

    /** The clock that goes on by other rules: what is open comes out as it is. */
    public StreamClock with(Policy other) {
        if (other.equals(policy)) return this;
        closeOpenWindows();
        StreamClock clock = new StreamClock(stream, other);
        clock.latest = latest;
        clock.frontier = frontier;
        clock.hasMessages = hasMessages;
        clock.doubtful = doubtful;
        clock.hasClaim = hasClaim;
        clock.claimSince = claimSince;
        clock.claimReached = claimReached;
        clock.held = held;
        clock.lost = lost;
        clock.hasEnded = hasEnded;
        clock.finish();
        return clock;
    }

    // State

    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        Packed.write(stream, out);
        policy.write(out);
        for (long number : new long[] {latest, frontier, finished, doubtful, claimSince, claimReached, lost, lastEnd}) {
            out.writeLong(number);
        }
        out.writeByte((hasMessages ? 1 : 0) | (hasClaim ? 2 : 0) | (held != null ? 4 : 0) | (skeleton != null ? 8 : 0)
            | (hasEnded ? 16 : 0));
        if (held != null) held.write(out);
        if (skeleton != null) skeleton.write(out);
    }

    public static StreamClock read(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION) throw new IOException("a clock's state of version " + version + ", which this release doesn't know");
        StreamClock clock = new StreamClock(Packed.readText(in), Policy.read(in));
        clock.latest = in.readLong();
        clock.frontier = in.readLong();
        clock.finished = in.readLong();
        clock.doubtful = in.readLong();
        clock.claimSince = in.readLong();
        clock.claimReached = in.readLong();
        clock.lost = in.readLong();
        clock.lastEnd = in.readLong();
        int flags = in.readUnsignedByte();
        clock.hasMessages = (flags & 1) != 0;
        clock.hasClaim = (flags & 2) != 0;
        clock.hasEnded = (flags & 16) != 0;
        if ((flags & 4) != 0) clock.held = Item.read(in);
        if ((flags & 8) != 0) clock.skeleton = Engine.read(in);
        return clock;
    }
}
