package streamllm.feed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import streamllm.engine.Packed;
import streamllm.engine.Policy;
import streamllm.engine.StreamClock;

/** One stream: where it comes from, which record is next, and how far its clock has come. */
final class FeedSplit implements SourceSplit {
    final String stream;
    /** Where its records come from: it may be followed on another endpoint later. */
    String endpoint;
    /** By which its publisher knows this follower again, also on another machine. */
    final byte[] identity;
    long next = 1;
    /** The first record's, and that of the one before {@link #next}; null: it isn't known. */
    String fingerprint, last;
    /** By which this beginning is told from the one before, when it had ended; larger than that. 0: an earlier version's. */
    long life;
    /** It has been heard of by the engines. */
    boolean isAnnounced;
    /** All of it has been taken. */
    boolean hasEnded;
    /** It has gone without an end: nobody waits for its acknowledgement. */
    boolean hasVanished;
    StreamClock clock;

    FeedSplit(String stream, String endpoint, byte[] identity, StreamClock clock) {
        this.stream = stream;
        this.endpoint = endpoint;
        this.identity = identity;
        this.clock = clock;
    }

    /** @param follower the name of who follows: publishers count followers by these, so each job has its own */
    static FeedSplit begin(String stream, String endpoint, String follower, Policy policy) {
        return new FeedSplit(stream, endpoint, identity(follower + "/" + stream), new StreamClock(stream, policy));
    }

    private static byte[] identity(String of) {
        try {
            byte[] id = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(of.getBytes(StandardCharsets.UTF_8)), 16);
            id[0] = 1; // 0 is libzmq's own
            return id;
        } catch (NoSuchAlgorithmException e) { throw new IllegalStateException("each Java has SHA-256", e); }
    }

    @Override public String splitId() { return stream; }

    static final class Serializer implements SimpleVersionedSerializer<FeedSplit> {
        @Override public int getVersion() { return 2; }

        @Override public byte[] serialize(FeedSplit split) throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(256);
            Packed.write(split.stream, out);
            Packed.write(split.endpoint, out);
            Packed.write(split.identity, out);
            out.writeLong(split.life);
            out.writeLong(split.next);
            Packed.write(split.fingerprint, out);
            Packed.write(split.last, out);
            out.writeByte((split.isAnnounced ? 1 : 0) | (split.hasEnded ? 2 : 0) | (split.hasVanished ? 4 : 0));
            split.clock.write(out);
            return out.getCopyOfBuffer();
        }

        @Override public FeedSplit deserialize(int version, byte[] bytes) throws IOException {
            if (version < 1 || version > 2) {
                throw new IOException("a stream's state of version " + version + ", which this release doesn't know");
            }
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            FeedSplit split = new FeedSplit(Packed.readText(in), Packed.readText(in), Packed.readBytes(in), null);
            if (version > 1) split.life = in.readLong();
            split.next = in.readLong();
            split.fingerprint = Packed.readText(in);
            split.last = Packed.readText(in);
            int flags = in.readByte();
            split.isAnnounced = (flags & 1) != 0;
            split.hasEnded = (flags & 2) != 0;
            split.hasVanished = (flags & 4) != 0;
            split.clock = StreamClock.read(in);
            return split;
        }
    }
}
