package streamllm.feed;

import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
    private static final Pattern WORKSPACE =
        Pattern.compile("workspace-[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** The endpoints of streams that are read. */
    private final Map<String, String> open = new LinkedHashMap<>();
    /** Those that have ended, the one that ended first before the others. */
    private final Map<String, FeedSplit> ended = new LinkedHashMap<>();
    private final Deque<FeedSplit> waiting = new ArrayDeque<>();
    /** Endpoints that have been heard from; not kept. */
    private final Set<String> heard = new HashSet<>();
    /** Each known stream's name as it looks. */
    private final Map<String, String> looks = new HashMap<>();

    /** A publisher has spoken. */
    Verdict hear(Control control, String endpoint, FeedOptions options) {
        heard.add(endpoint);
        String id = control.stream(), look = Normalizer.normalize(id, Normalizer.Form.NFC);
        if (WORKSPACE.matcher(id).matches()) return Verdict.WORKSPACE;
        if (!looks.getOrDefault(look, id).equals(id)) return Verdict.RIVAL;
        String owner = open.get(id);
        if (owner != null) {
            if (owner.equals(endpoint)) return Verdict.KNOWN;
            if (options.endpoints().contains(owner)) return Verdict.RIVAL;
            open.put(id, endpoint);
            return Verdict.MOVED;
        }
        FeedSplit split = ended.get(id);
        if (split != null) {
            if (!split.endpoint.equals(endpoint) && options.endpoints().contains(split.endpoint)) return Verdict.RIVAL;
            if (control.next() <= split.next) return Verdict.KNOWN;
        }
        if (open.values().stream().filter(endpoint::equals).count() >= MOST_OPEN) return Verdict.TOO_MANY;
        ended.remove(id);
        if (split == null) {
            split = FeedSplit.begin(id, endpoint, options.follower(), options.policy());
            if (options.fromNow()) split.next = control.next();
        }
        // It had ended, and has more now.
        split.endpoint = endpoint;
        split.hasEnded = false;
        split.hasVanished = false;
        split.isAnnounced = false;
        open.put(id, endpoint);
        looks.put(look, id);
        waiting.add(split);
        return Verdict.FOUND;
    }

    /** An endpoint's publisher doesn't number its records: nobody waits for it. */
    void hearForeign(String endpoint) { heard.add(endpoint); }

    /** All of a stream has been taken. */
    void end(FeedSplit split) {
        open.remove(split.stream);
        ended.remove(split.stream);
        ended.put(split.stream, split);
        List<String> ofEndpoint = new ArrayList<>();
        for (FeedSplit one : ended.values()) if (one.endpoint.equals(split.endpoint)) ofEndpoint.add(one.stream);
        if (ofEndpoint.size() > MOST_ENDED) {
            String first = ofEndpoint.get(0);
            ended.remove(first);
            looks.values().remove(first);
        }
    }

    /** Whether there is nothing more to come. */
    boolean areDone(List<String> endpoints) { return open.isEmpty() && waiting.isEmpty() && heard.containsAll(endpoints); }

    /** Where a stream that is read is published; null: it isn't read. */
    String endpoint(String stream) { return open.get(stream); }

    FeedSplit nextWaiting() { return waiting.peek(); }

    void assigned() { waiting.remove(); }

    /** Readers have gone, and with them these streams. */
    void giveBack(List<FeedSplit> splits) { waiting.addAll(splits); }

    static final class Serializer implements SimpleVersionedSerializer<FoundStreams> {
        private static final FeedSplit.Serializer SPLITS = new FeedSplit.Serializer();

        @Override public int getVersion() { return 1; }

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
            if (version != 1) throw new IOException("streams of version " + version + ", which this release doesn't know");
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            FoundStreams found = new FoundStreams();
            for (long left = Packed.readNumber(in); left > 0; left--) found.open.put(Packed.readText(in), Packed.readText(in));
            for (long left = Packed.readNumber(in); left > 0; left--) {
                FeedSplit split = SPLITS.deserialize(1, Packed.readBytes(in));
                found.ended.put(split.stream, split);
            }
            for (long left = Packed.readNumber(in); left > 0; left--) {
                found.waiting.add(SPLITS.deserialize(1, Packed.readBytes(in)));
            }
            for (String id : found.open.keySet()) found.looks.put(Normalizer.normalize(id, Normalizer.Form.NFC), id);
            for (String id : found.ended.keySet()) found.looks.put(Normalizer.normalize(id, Normalizer.Form.NFC), id);
            return found;
        }
    }
}
