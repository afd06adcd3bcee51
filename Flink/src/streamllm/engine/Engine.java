package streamllm.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import streamllm.engine.WindowResult.Trigger;

/**
 * Cuts some sessions of one stream into windows of event time. A value without clock and I/O: the same items give the same
 * results, and how a stream's sessions are shared out among engines changes none of them. The rules are those of
 * {@code Sources/Streaming}, in the same order; docs/event-time.md has them in words.
 */
public final class Engine {
    /** Where results go. */
    public interface Output {
        void result(WindowResult result);

        /** A message is in no window, because all of its windows had closed. */
        void late(Item message);
    }

    private static final int VERSION = 1;
    /** Results that one may replace: each is named in it. */
    private static final int MOST_REPLACED = 1000;
    /** Windows that are due together come out by start, then session id. */
    private static final Comparator<OpenWindow> ORDER = Comparator
        .<OpenWindow>comparingLong(window -> window.start).thenComparing(window -> window.session, TextOrder.UTF8);

    /** Whether its owner has counted what is in it; not kept. */
    public boolean isCounted;
    private final String stream;
    private final Policy policy;
    private final Map<String, ArrayList<OpenWindow>> sessions = new HashMap<>();
    private final TreeMap<Long, ArrayList<OpenWindow>> timers = new TreeMap<>();
    private long nextTimer = Long.MAX_VALUE;
    private long cost;
    // What an item said last of the stream.
    private long finished = Long.MIN_VALUE, lost;

    public Engine(String stream, Policy policy) {
        this.stream = stream;
        this.policy = policy;
    }

    public Policy policy() { return policy; }

    public boolean isEmpty() { return sessions.isEmpty(); }

    /** What all messages cost that are in windows. */
    public long cost() { return cost; }

    /** How many windows there are: open ones, and those kept for late messages. */
    public int windows() { return sessions.values().stream().mapToInt(List::size).sum(); }

    /** Takes the next item of the stream that is for this engine. */
    public void process(Item item, Output out) {
        switch (item.kind) {
            case MESSAGE -> {
                close(item.frontier, out);
                note(item);
                if (!assign(item, out)) out.late(item);
                close(Math.max(item.frontier, Times.minus(item.message.time(), policy.maxOutOfOrderness())), out);
            }
            case TIME -> {
                close(item.frontier, out);
                note(item);
            }
            case ENDED -> end(out);
            case REJECTED, BEGAN -> { }
        }
    }

    /** The latest end of the windows that haven't closed; {@code Long.MIN_VALUE}: there is none. */
    long lastOpenEnd() {
        long last = Long.MIN_VALUE;
        for (List<OpenWindow> windows : sessions.values()) {
            for (OpenWindow window : windows) if (!window.isClosed) last = Math.max(last, window.end);
        }
        return last;
    }

    /** Lets everything come out: nothing follows, or what follows goes by other rules. */
    public void end(Output out) { close(Long.MAX_VALUE, out); }

    private void note(Item item) {
        finished = item.finished;
        lost = item.lost;
    }

    // Windows

    private boolean assign(Item item, Output out) {
        return policy.kind() == Policy.Kind.SESSION ? assignToSession(item, out) : assignToAligned(item, out);
    }

    /** Flink: late when the watermark has passed the window's last millisecond and the allowed lateness. */
    private boolean takes(long end, long frontier) {
        return Times.plus(end, policy.allowedLateness()) > frontier && end > finished;
    }

    /** Returns whether one of the message's windows still takes messages. */
    private boolean assignToAligned(Item item, Output out) {
        long time = item.message.time(), last = time - Math.floorMod(time, policy.slide());
        boolean isTaken = false;
        // The earliest comes first.
        long start = last - (last - time + policy.size() - 1) / policy.slide() * policy.slide();
        for (; start <= last; start += policy.slide()) {
            if (!takes(start + policy.size(), item.frontier)) continue;
            OpenWindow window = find(item.session, start);
            if (window == null) window = open(item.session, start, start + policy.size());
            put(item, window, out);
            isTaken = true;
        }
        return isTaken;
    }

    /**
     * Puts a message into the windows of its session that it touches, which become one. A window touches a message that is at
     * most the gap away. Windows are taken from the earliest on, and left apart where the whole would be too long.
     *
     * @return whether there is a window that still takes it
     */
    private boolean assignToSession(Item item, Output out) {
        long time = item.message.time(), gap = policy.gap(), first = time, last = time;
        OpenWindow target = null;
        for (OpenWindow window : touched(item.session, time)) {
            long from = Math.min(first, window.start), to = Math.max(last, window.last());
            if (to - from >= policy.longest()) continue;
            first = from;
            last = to;
            if (target == null) {
                target = window;
            } else {
                merge(window, target, out);
                target.end = Math.min(target.last() + gap, Times.plus(target.start, policy.longest()));
            }
        }
        long end = Math.min(last + gap, Times.plus(first, policy.longest()));
        if (target == null) {
            if (!takes(end, item.frontier)) return false;
            target = open(item.session, first, end);
        } else if (isTooMuch(item.message.cost(), target)) {
            cut(target, out); // as the window is without the message
        }
        target.start = first;
        target.end = end;
        target.isClosed = false; // what had closed and has grown beyond the watermark is open again
        put(item, target, out);
        return true;
    }

    /** A session's windows that touch a time, the earliest first. */
    private List<OpenWindow> touched(String session, long time) {
        List<OpenWindow> touched = new ArrayList<>(2);
        for (OpenWindow window : sessions.getOrDefault(session, NONE)) {
            if (time <= window.end && time + policy.gap() >= window.start) touched.add(window);
        }
        if (touched.size() > 1) touched.sort(ORDER);
        return touched;
    }

    private static final ArrayList<OpenWindow> NONE = new ArrayList<>(0);

    private OpenWindow find(String session, long start) {
        for (OpenWindow window : sessions.getOrDefault(session, NONE)) if (window.start == start) return window;
        return null;
    }

    private OpenWindow open(String session, long start, long end) {
        OpenWindow window = new OpenWindow(session, start, end);
        sessions.computeIfAbsent(session, name -> new ArrayList<>(1)).add(window);
        return window;
    }

    private void remove(OpenWindow window) {
        window.isGone = true;
        cost -= window.cost;
        ArrayList<OpenWindow> windows = sessions.get(window.session);
        windows.remove(window);
        if (windows.isEmpty()) sessions.remove(window.session);
    }

    private void put(Item item, OpenWindow window, Output out) {
        Message message = item.message;
        boolean isTooMuch = isTooMuch(message.cost(), window);
        if (isTooMuch) cut(window, out);
        window.add(message);
        cost += message.cost();
        if (!message.isRM()) window.hasNewTurn = true;
        if (window.end <= item.frontier) { // late, and allowed to be: it comes out again at once
            comeOut(window, Trigger.WINDOW, false, out);
            window.isClosed = true;
        }
        if (isTooMuch && message.cost() > policy.limits().window()) cut(window, out); // alone it is too much
        setTimer(window);
    }

    /** Puts what is in a window into another. Where that is too much, what is in the other comes out first. */
    private void merge(OpenWindow absorbed, OpenWindow target, Output out) {
        if (isTooMuch(absorbed.cost, target) || target.results.size() + absorbed.results.size() > MOST_REPLACED) {
            cut(target, out);
        }
        target.add(absorbed);
        cost += absorbed.cost; // taken off again with the window
        target.revision = Math.max(target.revision, absorbed.revision);
        target.results.addAll(absorbed.results);
        target.hasNewTurn |= absorbed.hasNewTurn;
        target.lastGone = Math.max(target.lastGone, absorbed.lastGone);
        // Closed, and so without anything that hasn't come out, it is only where both were.
        target.isClosed &= absorbed.isClosed;
        remove(absorbed);
    }

    // Parts

    private boolean isTooMuch(long more, OpenWindow window) { return window.cost + more > policy.limits().window(); }

    /**
     * Makes room in a window: what is there comes out as a part, and stands; the window goes on without it. What has come out
     * already, since the window has closed, stands as it came out.
     */
    private void cut(OpenWindow window, Output out) {
        if (window.isEmpty()) return;
        window.lastGone = window.last();
        if (window.isClosed) {
            takeMessages(window);
        } else {
            comeOut(window, Trigger.SIZE, true, out);
        }
        window.results = new ArrayList<>(0);
        window.hasNewTurn = false;
    }

    /** Lets the largest windows come out as parts until all together cost at most so much. */
    public void cutLargest(long limit, Output out) {
        if (cost <= limit) return;
        List<OpenWindow> largest = new ArrayList<>();
        for (List<OpenWindow> windows : sessions.values()) {
            for (OpenWindow window : windows) if (!window.isEmpty()) largest.add(window);
        }
        largest.sort(Comparator.<OpenWindow>comparingLong(window -> -window.cost).thenComparing(ORDER));
        for (OpenWindow window : largest) {
            if (cost <= limit) return;
            cut(window, out);
        }
    }

    private ArrayList<Message> takeMessages(OpenWindow window) {
        cost -= window.cost;
        return window.takeMessages();
    }

    // Timers

    /** A timer that is too early stays: when it goes off, the window gets its next one. */
    private void setTimer(OpenWindow window) {
        long due = due(window);
        if (due >= window.timer) return;
        window.timer = due;
        timers.computeIfAbsent(due, time -> new ArrayList<>(1)).add(window);
        nextTimer = Math.min(nextTimer, due);
    }

    /** When there is something to do for a window. */
    private long due(OpenWindow window) {
        if (window.isClosed) return Times.plus(window.end, policy.allowedLateness());
        if (!policy.hasTurns() || !window.hasNewTurn || !window.isCustomerLast()) return window.end;
        return Math.min(window.end, Times.plus(window.lastMessage().time(), policy.turnSilence()));
    }

    /**
     * Does all that is due when everything before {@code frontier} has arrived: windows that end come out, by end, start and
     * session id; early results at their time between them; windows kept for late messages go.
     */
    private void close(long frontier, Output out) {
        while (nextTimer <= frontier && !timers.isEmpty()) {
            Map.Entry<Long, ArrayList<OpenWindow>> first = timers.pollFirstEntry();
            nextTimer = timers.isEmpty() ? Long.MAX_VALUE : timers.firstKey();
            long time = first.getKey();
            List<OpenWindow> ending = new ArrayList<>(), turns = new ArrayList<>();
            for (OpenWindow window : first.getValue()) {
                if (window.isGone || window.timer != time) continue;
                window.timer = Long.MAX_VALUE;
                if (due(window) > time) setTimer(window);
                else if (window.isClosed) remove(window);
                else (window.end > time ? turns : ending).add(window);
            }
            ending.sort(ORDER);
            for (OpenWindow window : ending) {
                // All that was said may have come out in parts.
                if (!window.isEmpty()) {
                    comeOut(window, Trigger.WINDOW, policy.allowedLateness() == 0, out);
                }
                if (policy.allowedLateness() == 0) {
                    remove(window);
                } else {
                    window.isClosed = true;
                    setTimer(window);
                }
            }
            turns.sort(ORDER);
            for (OpenWindow window : turns) {
                comeOut(window, Trigger.TURN, false, out);
                window.hasNewTurn = false;
                setTimer(window);
            }
        }
    }

    /** Makes a result of what is in a window now. With its last one, its messages go. */
    private void comeOut(OpenWindow window, Trigger trigger, boolean isLast, Output out) {
        window.revision++;
        List<WindowResult.Bounds> superseded = window.results;
        List<Message> messages;
        if (isLast) {
            messages = takeMessages(window);
        } else {
            messages = window.messages();
            window.results = new ArrayList<>(List.of(new WindowResult.Bounds(window.start, window.end, window.revision)));
        }
        out.result(new WindowResult(stream, window.session, policy.kind(), window.start, window.end, window.revision,
            superseded, trigger, messages, lost));
    }

    // State

    /** Another engine that goes on as this one would. */
    public Engine copy() {
        Engine copy = new Engine(stream, policy);
        for (List<OpenWindow> windows : sessions.values()) for (OpenWindow window : windows) copy.restore(window.copy());
        copy.finished = finished;
        copy.lost = lost;
        copy.isCounted = isCounted;
        return copy;
    }

    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        Packed.write(stream, out);
        policy.write(out);
        out.writeLong(finished);
        Packed.writeNumber(lost, out);
        Packed.writeNumber(windows(), out);
        for (List<OpenWindow> windows : sessions.values()) for (OpenWindow window : windows) window.write(out);
    }

    public static Engine read(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION) throw new IOException("an engine's state of version " + version + ", which this release doesn't know");
        Engine engine = new Engine(Packed.readText(in), Policy.read(in));
        engine.finished = in.readLong();
        engine.lost = Packed.readNumber(in);
        for (long left = Packed.readNumber(in); left > 0; left--) engine.restore(OpenWindow.read(in));
        return engine;
    }

    private void restore(OpenWindow window) {
        sessions.computeIfAbsent(window.session, name -> new ArrayList<>(1)).add(window);
        cost += window.cost;
        setTimer(window);
    }
}
