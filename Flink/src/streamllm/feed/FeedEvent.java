package streamllm.feed;

import java.io.IOException;
import org.apache.flink.api.connector.source.SourceEvent;

/** What readers and the enumerator tell each other. */
final class FeedEvent {
    private static final FeedSplit.Serializer SPLITS = new FeedSplit.Serializer();

    private FeedEvent() {}

    /** A reader has all of a stream. */
    record Ended(byte[] bytes) implements SourceEvent {
        static Ended of(FeedSplit split) {
            try {
                return new Ended(SPLITS.serialize(split));
            } catch (IOException e) { throw new IllegalStateException("memory can be written to", e); }
        }

        FeedSplit split() {
            try {
                return SPLITS.deserialize(SPLITS.getVersion(), bytes);
            } catch (IOException e) { throw new IllegalStateException("what was written a moment ago can be read", e); }
        }
    }

    /** A checkpoint has the end of a stream. */
    record Safe(String stream) implements SourceEvent {}

    /** A reader follows a stream there. */
    record Followed(String stream, String endpoint, long life) implements SourceEvent {}

    /** What is published under a stream's name isn't that stream; or it is, after all. */
    record Refused(String stream, boolean isRefused) implements SourceEvent {}

    /** A stream isn't waited for any more, unless its publisher is there. */
    record GiveUp(String stream) implements SourceEvent {}

    /** A stream is published at another endpoint now. */
    record Moved(String stream, String endpoint) implements SourceEvent {}
}
