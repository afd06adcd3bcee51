package streamllm.feed;

import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import streamllm.engine.Packed;

/**
 * Which streams there are: those that are being read, those that have ended and may come back, and those that wait for a
 * reader. What publishers say goes in, and streams to be read come out. A value; it is the enumerator's state.
 */
final class FoundStreams {
    /** What is done about what a publisher says. */
    enum Verdict {
        /** Nothing: it is known. */
        KNOWN,
        /** Its stream waits for a reader. */
        FOUND,
        /** Its stream is read already, and goes on at this endpoint. */
        MOVED,
        /** Another endpoint's stream has the name, or one that looks the same. */
        RIVAL,
        /** What a consumer publishes isn't messages: what follows from it would come back, for ever. */
        WORKSPACE,
        /** There are too many. */
        TOO_MANY
    }

    /** Open streams that are read at a time of one endpoint; and how many ended ones of one are remembered. */
    static final int MOST_OPEN = 256, MOST_ENDED = 1000;
    /** In milliseconds: after so long a stream may be begun again that its publisher didn't have, without another connection. */
    private static final long GONE = 60_000;
    private static final Pattern WORKSPACE =
        Pattern.compile("workspace-[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** The endpoints of streams that are read. */
    private final Map<String, String> open = new LinkedHashMap<>();
    /** Those that have ended, the one that ended first before the others. */
    private final Map<String, FeedSplit> ended = new LinkedHashMap<>();
    private final Deque<FeedSplit> waiting = new ArrayDeque<>();
    // What follows isn't kept.
    /** Endpoints that have been heard from. */
    private final Set<String> heard = new HashSet<>();
    /** Streams that are read and of which their endpoint's publisher has spoken, on the connection that it has now. */
    private final Set<String> spokenOf = new HashSet<>();
    /** Streams that are read, and refused. */
    private final Set<String> refused = new LinkedHashSet<>();
    /** Until when a stream isn't begun again whose publisher has said that he doesn't have it, in milliseconds. */
    private final Map<String, Long> goneUntil = new HashMap<>();
    /** Of streams that are read, which of their lives it is. */
    private final Map<String, Long> lives = new HashMap<>();
    /** Streams that have ended, and no checkpoint has that. */
    private final Set<String> unsafe = new HashSet<>();
    /** Those of them that have more. */
    private final Set<String> held = new HashSet<>();
    /** Who has read those that have ended: until that is safe he has them still, and nobody else may go on with one. */
    private final Map<String, Integer> keepers = new HashMap<>();
    /** Each known stream's name as it looks. */
    private final Map<String, String> looks = new HashMap<>();

    /** There is another connection to an endpoint's publisher, or to another publisher. */
    void connectedAnew(String endpoint) {
        spokenOf.removeIf(stream -> endpoint.equals(open.get(stream)));
        goneUntil.keySet().removeIf(stream -> ended.containsKey(stream) && ended.get(stream).endpoint.equals(endpoint));
    }

    /**
     * A publisher has spoken.
     *
     * @param now in milliseconds since 1970
     */
    Verdict hear(Control control, String endpoint, FeedOptions options, long now) {
        heard.add(endpoint);
        String id = control.stream(), look = Normalizer.normalize(id, Normalizer.Form.NFC);
        if (WORKSPACE.matcher(id).matches()) return Verdict.WORKSPACE;
        if (!looks.getOrDefault(look, id).equals(id)) return Verdict.RIVAL;
        String owner = open.get(id);
        if (owner != null) {
            if (!owner.equals(endpoint) && options.endpoints().contains(owner)) return Verdict.RIVAL;
            spokenOf.add(id);
            if (owner.equals(endpoint)) return Verdict.KNOWN;
            open.put(id, endpoint);
            return Verdict.MOVED;
        }
        FeedSplit split = ended.get(id);
        if (split != null) {
            if (!split.endpoint.equals(endpoint) && options.endpoints().contains(split.endpoint)) return Verdict.RIVAL;
            boolean isGone = split.endpoint.equals(endpoint) && now < goneUntil.getOrDefault(id, now);
            if (control.next() <= split.next || isGone) return Verdict.KNOWN;
            if (options.endsAreKeptApart() && unsafe.contains(id)) {
                held.add(id);
                return Verdict.KNOWN;
            }
        }
        if (open.values().stream().filter(endpoint::equals).count() >= MOST_OPEN) return Verdict.TOO_MANY;
        if (split == null) {
            split = FeedSplit.begin(id, endpoint, options.follower(), options.policy());
            if (options.fromNow()) split.next = control.next();
        }
        // It had ended, and has more now.
        split.endpoint = endpoint;
        split.hasEnded = false;
        split.hasVanished = false;
        split.isAnnounced = false;
        split.life = Math.max(split.life + 1, now);
        begin(id, endpoint, split.life);
        spokenOf.add(id);
        looks.put(look, id);
        waiting.add(split);
        return Verdict.FOUND;
    }

    /** An endpoint's publisher doesn't number its records: nobody waits for it. */
    void hearForeign(String endpoint) { heard.add(endpoint); }

    /** A stream is read, or is to be, and hasn't ended, whatever was known of it. */
    private void begin(String stream, String endpoint, long life) {
        ended.remove(stream);
        goneUntil.remove(stream);
        refused.remove(stream);
        unsafe.remove(stream);
        held.remove(stream);
        open.putIfAbsent(stream, endpoint);
        lives.put(stream, life);
    }

    /** A reader reads a stream: one that was given to him, or one that he goes on with after a failure. */
    void follow(FeedEvent.Followed followed) {
        waiting.removeIf(split -> split.stream.equals(followed.stream()));
        begin(followed.stream(), followed.endpoint(), followed.life());
    }

    /** What is published under a stream's name isn't that stream; or it is, after all. */
    void refuse(FeedEvent.Refused news) {
        if (news.isRefused() && open.containsKey(news.stream())) refused.add(news.stream());
        else refused.remove(news.stream());
    }

    /** A stream that is read, and of which an endpoint's publisher hasn't spoken; null: there is none. */
    String unspoken(String endpoint) {
        for (Map.Entry<String, String> stream : open.entrySet()) {
            if (stream.getValue().equals(endpoint) && !spokenOf.contains(stream.getKey())) return stream.getKey();
        }
        return null;
    }

    /** All of a stream has been taken by a reader. */
    void end(FeedSplit split, int reader, long now) {
        keepers.put(split.stream, reader);
        if (split.life < lives.getOrDefault(split.stream, split.life)) return; // it has begun again since
        open.remove(split.stream);
        spokenOf.remove(split.stream);
        refused.remove(split.stream);
        lives.remove(split.stream);
        ended.remove(split.stream);
        ended.put(split.stream, split);
        unsafe.add(split.stream);
        if (split.hasVanished) {
            goneUntil.put(split.stream, now + GONE);
            heard.remove(split.endpoint); // another is published there, and may not have been heard here yet
        }
        List<String> ofEndpoint = new ArrayList<>();
        for (FeedSplit one : ended.values()) if (one.endpoint.equals(split.endpoint)) ofEndpoint.add(one.stream);
        if (ofEndpoint.size() > MOST_ENDED) {
            String first = ofEndpoint.get(0);
            ended.remove(first);
            keepers.remove(first);
            unsafe.remove(first);
            held.remove(first);
            goneUntil.remove(first);
            looks.values().remove(first);
        }
    }

    /** A checkpoint has a stream's end. Returns whether its publisher has more, and is about to say so again. */
    boolean isSafe(String stream) {
        unsafe.remove(stream);
        boolean isHeld = held.remove(stream);
        if (isHeld) heard.remove(ended.get(stream).endpoint);
        return isHeld;
    }

    /**
     * Whether there is nothing more to come, but of streams that are refused.
     *
     * @param isEarly whether publishers of which one knows from before may yet speak
     */
    boolean areDone(List<String> endpoints, boolean isEarly) {
        return waiting.isEmpty() && held.isEmpty() && refused.containsAll(open.keySet())
            && endpoints.stream().allMatch(endpoint -> heard.contains(endpoint) || !isEarly && isKnown(endpoint));
    }

    private boolean isKnown(String endpoint) {
        return open.containsValue(endpoint) || ended.values().stream().anyMatch(split -> split.endpoint.equals(endpoint));
    }

    /** Streams that are refused, once. */
    List<String> takeRefused() {
        List<String> taken = new ArrayList<>(refused);
        refused.clear();
        return taken;
    }

    /** Where a stream that is read is published; null: it isn't read. */
    String endpoint(String stream) { return open.get(stream); }

    FeedSplit nextWaiting() { return waiting.peek(); }

    void assigned() { waiting.remove(); }

    /** Who has read a stream before and may still have it among those that have ended; null: nobody. */
    Integer keeper(String stream) { return keepers.get(stream); }

    /** Readers have gone, and with them these streams. */
    void giveBack(List<FeedSplit> splits) {
        for (FeedSplit split : splits) begin(split.stream, split.endpoint, split.life);
        waiting.addAll(splits);
    }

    static final class Serializer implements SimpleVersionedSerializer<FoundStreams> {
        private static final FeedSplit.Serializer SPLITS = new FeedSplit.Serializer();

        @Override public int getVersion() { return 2; }

        @Override public byte[] serialize(FoundStreams found) throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(256);
            Packed.writeNumber(found.open.size(), out);
            for (Map.Entry<String, String> stream : found.open.entrySet()) {
                Packed.write(stream.getKey(), out);
                Packed.write(stream.getValue(), out);
            }
            write(found.ended.values(), out);
            write(found.waiting, out);
            return out.getCopyOfBuffer();
        }

        private static void write(java.util.Collection<FeedSplit> splits, DataOutputSerializer out) throws IOException {
            Packed.writeNumber(splits.size(), out);
            for (FeedSplit split : splits) Packed.write(SPLITS.serialize(split), out);
        }

        @Override public FoundStreams deserialize(int version, byte[] bytes) throws IOException {
            if (version < 1 || version > 2) {
                throw new IOException("streams of version " + version + ", which this release doesn't know");
            }
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            FoundStreams found = new FoundStreams();
            for (long left = Packed.readNumber(in); left > 0; left--) found.open.put(Packed.readText(in), Packed.readText(in));
            for (long left = Packed.readNumber(in); left > 0; left--) {
                FeedSplit split = SPLITS.deserialize(version, Packed.readBytes(in));
                found.ended.put(split.stream, split);
            }
            for (long left = Packed.readNumber(in); left > 0; left--) {
                FeedSplit split = SPLITS.deserialize(version, Packed.readBytes(in));
                found.waiting.add(split);
                found.lives.put(split.stream, split.life);
            }
            for (String id : found.open.keySet()) found.looks.put(Normalizer.normalize(id, Normalizer.Form.NFC), id);
            for (String id : found.ended.keySet()) found.looks.put(Normalizer.normalize(id, Normalizer.Form.NFC), id);
            return found;
        }
    }
}
