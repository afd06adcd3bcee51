package streamllm.feed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * One stream that is followed by asking for its records: how far it was taken, whom it comes from, and how far he is believed.
 * What is heard goes in, and what follows comes out; the rules are those of docs/feed-protocol.md, and of
 * {@code Sources/Feed/Following} without live records. A value: its owner has the sockets and the clock. Times are
 * {@link System#nanoTime}.
 */
final class FollowedStream {
    /** What is told of what has happened, in order. */
    interface Listener {
        /** Records from number {@code first} on, with line feeds between them. Those before {@code from} were taken before. */
        void records(byte[] lines, long first, long from);

        /** The stream's clock has come so far, and everything before has been taken. */
        void time(long milliseconds);

        void lost(long count);

        /** Nothing has been heard of the stream for too long. */
        void idle();

        /** No record will come. */
        void ended(boolean hasVanished);

        /** What is published under the stream's name isn't that stream. */
        void refused(String reason);

        /** What was refused is that stream after all. */
        void believed();
    }

    /** How far its publisher is believed. */
    private enum Trust {
        /** What comes is taken. */
        TRUSTED,
        /** Nothing is taken until control says what is published here. */
        UNTOLD,
        /** Control has said the right thing, and an answer has to show the same. */
        CLAIMED,
        REFUSED
    }

    /** A question. */
    record Question(long from, byte[][] frames) {}

    private static final long MILLISECOND = 1_000_000, SECOND = 1_000 * MILLISECOND;
    /** How often a publisher is asked that had nothing more. Entries come out that much later, and half of it on average. */
    private static final long POLL = 20 * MILLISECOND;
    /** Answers that bring nothing are asked for again after this, doubled each time. */
    private static final long SHORTEST_PAUSE = 20 * MILLISECOND, LONGEST_PAUSE = SECOND;
    private static final long REFUSAL_PAUSE = 10 * SECOND;
    /** A question that isn't answered is asked again after this, doubled each time. */
    private static final long PATIENCE = 2 * SECOND, LONGEST_PATIENCE = 10 * SECOND;
    /** The most bytes of records asked for at once. */
    private static final long BUDGET = 512 << 10;
    private static final long NONE = -1;

    final String id;
    private final byte[] name;
    private final Listener listener;
    private final Silence silence;
    private Trust trust;
    private long next;
    private String fingerprint, last;
    /** The publisher's next number, as far as heard; and the most that publishers on earlier connections spoke of. */
    private long published, publishedBefore;
    private long end = NONE;
    /** It has answered, so it knows of this follower and won't leave without it. */
    private boolean isKnown;
    /** What was expected when a publisher said that records are gone; they count as lost once a later one has been taken. */
    private long skippedFrom = NONE, pendingLost;
    /** The fingerprint of the record before those. */
    private String lastBeforeSkipped;
    private boolean hasTaken, hasEnded, hasVanished, wasHeard = true;
    private boolean isUnknownHere, isReplaced;
    /** Who publishes here now has spoken of it, and is believed so far. */
    private boolean isHeardHere;
    private Control pendingControl;
    private Question asked;
    private long askedAt, patience = PATIENCE, askAt;
    private int fruitless;
    private String saidRefusal;

    /**
     * @param next the number of the next record
     * @param fingerprint the first record's, or null
     * @param last that of the record before {@code next}, or null
     * @param idleTimeout in nanoseconds
     */
    FollowedStream(String id, long next, String fingerprint, String last, long idleTimeout, long now, Listener listener) {
        this.id = id;
        this.next = next;
        this.fingerprint = fingerprint;
        this.last = last;
        this.listener = listener;
        name = id.getBytes(StandardCharsets.UTF_8);
        published = next;
        publishedBefore = next;
        hasTaken = next > 1;
        silence = new Silence(idleTimeout, now);
        trust = fingerprint == null ? Trust.TRUSTED : Trust.UNTOLD;
        isHeardHere = fingerprint == null;
        askAt = now;
    }

    /** Where to go on after a failure: what is gone and hasn't been counted yet is asked for again. */
    long next() { return skippedFrom == NONE ? next : skippedFrom; }
    String fingerprint() { return fingerprint; }
    /** The fingerprint of the record before {@link #next()}, or null. */
    String last() { return skippedFrom == NONE ? last : lastBeforeSkipped; }
    boolean hasEnded() { return hasEnded; }
    boolean isRefused() { return trust == Trust.REFUSED; }

    /** How many records the publisher is ahead, as far as heard. */
    long lag() { return Math.max(0, published - next); }

    // What is heard

    /** The live connection was made anew: whoever is there now has to show that he publishes this stream. */
    void connectedAnew(long now) {
        if (hasEnded) return;
        publishedBefore = Math.max(publishedBefore, published);
        published = next;
        end = NONE;
        isKnown = false;
        pendingControl = null;
        asked = null;
        fruitless = 0;
        askAt = now;
        isUnknownHere = false;
        isReplaced = false;
        isHeardHere = false;
        if (fingerprint != null) trust = Trust.UNTOLD;
    }

    /** Another stream is published where this one comes from: whoever is there can say what has become of it. */
    void suspect() { isReplaced = true; }

    /** Whether its publisher has yet to say where he is to be asked: anybody at the endpoint may be asked meanwhile. */
    boolean isUntold() { return trust == Trust.UNTOLD; }

    /**
     * Its publisher has spoken of it.
     *
     * @param problem why he isn't believed at all; null: nothing is known against him
     */
    void hear(Control control, String problem, long now) {
        if (hasEnded) return;
        // Nothing has been published yet: it may still be the right one.
        if (problem == null && fingerprint != null && control.fingerprint() == null && control.next() == 1 && !control.ended()) {
            trust = Trust.UNTOLD;
            return;
        }
        String objection = problem != null ? problem : objection(control);
        if (objection != null) {
            refuse(objection, now);
            return;
        }
        if (trust == Trust.REFUSED) {
            if (askAt - now > 0) return;
            trust = Trust.UNTOLD;
        }
        isReplaced = false;
        isUnknownHere = false;
        isHeardHere = true;
        if (fingerprint == null) fingerprint = control.fingerprint();
        if (trust == Trust.UNTOLD) {
            asked = null;
            askAt = now;
            trust = next > 1 ? Trust.CLAIMED : Trust.TRUSTED;
            if (trust == Trust.TRUSTED) trusted();
        }
        wasHeard = true;
        // A question that it has had for so long was put to the process before it.
        if (asked != null && now - askedAt >= PATIENCE) forget();
        pendingControl = control;
        if (trust == Trust.TRUSTED) believe(control);
    }

    private void trusted() {
        if (saidRefusal != null) listener.believed();
        saidRefusal = null;
    }

    private String objection(Control control) {
        if (fingerprint != null && !fingerprint.equals(control.fingerprint())) {
            return control.fingerprint() == null ? "its publisher doesn't say any more what its first record is"
                : "its first record isn't what it was";
        }
        long taken = !hasTaken ? 1 : skippedFrom == NONE ? next : skippedFrom;
        if (control.ended() && control.next() < taken) {
            return "it has ended with record " + (control.next() - 1) + ", and " + (taken - 1) + " were there before";
        }
        return null;
    }

    private void believe(Control control) {
        if (skippedFrom != NONE && control.next() < next && control.first() <= skippedFrom) {
            // It keeps them after all: none of them is lost.
            next = skippedFrom;
            last = lastBeforeSkipped;
            skippedFrom = NONE;
            pendingLost = 0;
            published = next;
            isKnown = false;
            asked = null;
        }
        if (control.ended()) end = control.next();
        if (control.next() < next) isKnown = false; // it has begun anew: asking tells it how far followers are
        published = Math.max(published, control.next());
        settle();
    }

    /** What has been taken may be all. */
    private void settle() {
        if (!hasEnded && end != NONE && next >= end && isKnown) hasEnded = true;
    }

    private void refuse(String reason, long until) {
        trust = Trust.REFUSED;
        isHeardHere = false;
        asked = null;
        askAt = until;
        if (reason.equals(saidRefusal)) return;
        saidRefusal = reason;
        listener.refused(reason);
    }

    // Asking

    /** The next question; null: there is none now. The one before has been answered, or given up. */
    Question question(long now) {
        if (asked != null && now - askedAt >= patience) {
            patience = Math.min(2 * patience, LONGEST_PATIENCE);
            asked = null;
        }
        boolean isWanted = switch (trust) {
            case TRUSTED, CLAIMED -> pendingControl != null || published > next || isKnown || isReplaced;
            case UNTOLD -> isReplaced && !isUnknownHere;
            case REFUSED -> false;
        };
        if (hasEnded || asked != null || !isWanted || askAt - now > 0) return null;
        askedAt = now;
        asked = new Question(next, trust == Trust.UNTOLD ? fetch(0, null, null) : fetch(BUDGET, fingerprint, last));
        return asked;
    }

    /** Whether a question is out. */
    boolean isAsking() { return asked != null; }

    /** The question couldn't be sent, or whoever was asked has gone. */
    void forget() {
        asked = null;
        patience = PATIENCE;
    }

    private byte[][] fetch(long budget, String first, String last) {
        byte[][] frames = {bytes("FETCH"), name, number(next), number(budget), bytes(first == null ? "" : first),
            bytes(last == null ? "" : last)};
        return Arrays.copyOf(frames, last != null ? 6 : first != null ? 5 : 4);
    }

    /** Says that this follower is there, and not done. */
    byte[][] hold() { return new byte[][] {bytes("HOLD"), name}; }

    /** Says that everything is safe. */
    byte[][] end() {
        return last == null ? new byte[][] {bytes("END"), name} : new byte[][] {bytes("END"), name, bytes(last)};
    }

    private static byte[] bytes(String text) { return text.getBytes(StandardCharsets.UTF_8); }

    private static byte[] number(long number) { return ByteBuffer.allocate(8).putLong(number).array(); }

    // Answers

    /** Takes what came by the replay connection. What isn't an answer to the question that is out is passed over. */
    void answer(List<byte[]> frames, long now) {
        if (asked == null || frames.size() < 2 || !Arrays.equals(frames.get(1), name)) return;
        String kind = new String(frames.get(0), StandardCharsets.UTF_8);
        long[] numbers = numbers(frames, kind);
        if (numbers == null || kind.equals("BATCH") && numbers[0] != asked.from()) return;
        asked = null;
        patience = PATIENCE;
        askAt = now;
        if (hasEnded) return;
        if (trust == Trust.UNTOLD) {
            // Whoever hasn't said that this is his stream is no sign of it.
            if (kind.equals("UNKNOWN")) isUnknownHere = true;
            pause(now);
            return;
        }
        wasHeard = true;
        if (trust == Trust.REFUSED) return;
        if (kind.equals("UNKNOWN")) {
            vanish();
            return;
        }
        if (kind.equals("OTHER")) {
            refuse("its record " + (next - 1) + " isn't what it was", now + REFUSAL_PAUSE);
            return;
        }
        if (trust == Trust.CLAIMED) {
            trust = Trust.TRUSTED;
            trusted();
            if (pendingControl != null) believe(pendingControl);
        }
        long before = next;
        boolean canBeRight = take(kind, numbers, frames);
        if (next > before) {
            fruitless = 0;
        } else if (next < published || !canBeRight) {
            pause(now);
        } else {
            askAt = now + POLL;
        }
        settle();
    }

    /** Takes what an answer has. Returns whether it can be right. */
    private boolean take(String kind, long[] numbers, List<byte[]> frames) {
        switch (kind) {
            case "BATCH" -> {
                byte[] lines = frames.get(4);
                long first = numbers[0], count = 1;
                for (byte b : lines) if (b == '\n') count++;
                // More records than the publisher says it has, or more than were asked for: a batch that can't be right.
                if (first + count > numbers[1] || count > 1 && lines.length > BUDGET) return false;
                isKnown = true;
                published = Math.max(published, numbers[1]);
                if (first > next || first + count <= next) return true;
                // Before the cursor goes on: what is lost and what follows may be told in two checkpoints.
                settleLoss();
                long from = next;
                next = first + count;
                int start = lines.length;
                while (start > 0 && lines[start - 1] != '\n') start--;
                last = Fingerprint.of(lines, start, lines.length);
                hasTaken = true;
                listener.records(lines, first, from);
            }
            case "NOTHING" -> {
                isKnown = true;
                published = Math.max(published, numbers[0]);
            }
            case "GONE" -> {
                isKnown = true;
                if (numbers[0] <= next) return true;
                pendingLost += numbers[0] - next;
                if (skippedFrom == NONE) {
                    skippedFrom = next;
                    lastBeforeSkipped = last;
                }
                next = numbers[0];
                last = null;
                published = Math.max(published, next);
            }
            default -> { }
        }
        return true;
    }

    /** What is gone is lost for good. */
    private void settleLoss() {
        skippedFrom = NONE;
        if (pendingLost > 0) listener.lost(pendingLost);
        pendingLost = 0;
    }

    /** The numbers of an answer; null: it isn't one. */
    private static long[] numbers(List<byte[]> frames, String kind) {
        int count = switch (kind) {
            case "BATCH" -> 2;
            case "NOTHING", "GONE" -> 1;
            case "UNKNOWN", "OTHER" -> 0;
            default -> -1;
        };
        if (count < 0 || frames.size() != 2 + count + (kind.equals("BATCH") ? 1 : 0)) return null;
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            if (frames.get(2 + i).length != 8) return null;
            numbers[i] = ByteBuffer.wrap(frames.get(2 + i)).getLong();
            if (numbers[i] < 0 || numbers[i] >= Control.NUMBERS) return null;
        }
        return numbers;
    }

    private void pause(long now) {
        if (fruitless > 0) askAt = now + Math.min(SHORTEST_PAUSE << Math.min(fruitless - 1, 6), LONGEST_PAUSE);
        fruitless++;
    }

    /** Its publisher counts as gone. */
    void vanish() {
        if (hasEnded) return;
        pendingLost += Math.max(0, Math.max(published, publishedBefore) - next);
        hasVanished = true;
        hasEnded = true;
    }

    /** It isn't waited for any more, unless who publishes here now has spoken of it. */
    void giveUp() { if (!isHeardHere) vanish(); }

    // Looking around

    private boolean isEndReported;

    /** Says what has come true since the last call. */
    void report(long now) {
        if (isEndReported) return;
        if (trust == Trust.TRUSTED && pendingControl != null && isKnown && next >= pendingControl.next()) {
            Long time = pendingControl.eventTime();
            pendingControl = null;
            if (time != null) listener.time(time);
        }
        if (silence.look(now, wasHeard) && !hasEnded) listener.idle();
        wasHeard = false;
        if (isUnknownHere && silence.isReported()) vanish();
        if (!hasEnded) return;
        isEndReported = true;
        settleLoss();
        listener.ended(hasVanished);
    }
}
