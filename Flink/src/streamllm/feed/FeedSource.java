package streamllm.feed;

import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import streamllm.engine.Item;

/**
 * The feeds of streamllm's producers as a source of Flink (FLIP-27). A split is a stream, its position the number of the next
 * record; streams are found while the job runs. What comes out are a stream's messages, each with how far its stream's clock
 * has come, and that alone where nobody speaks.
 */
public final class FeedSource implements Source<Item, FeedSplit, FoundStreams> {
    private final FeedOptions options;

    public FeedSource(FeedOptions options) {
        for (String endpoint : options.endpoints()) Endpoint.of(endpoint);
        this.options = options;
    }

    @Override public Boundedness getBoundedness() { return Boundedness.CONTINUOUS_UNBOUNDED; }

    @Override public SplitEnumerator<FeedSplit, FoundStreams> createEnumerator(SplitEnumeratorContext<FeedSplit> context) {
        return new FeedEnumerator(options, context, new FoundStreams());
    }

    @Override public SplitEnumerator<FeedSplit, FoundStreams> restoreEnumerator(
            SplitEnumeratorContext<FeedSplit> context, FoundStreams found) {
        return new FeedEnumerator(options, context, found);
    }

    @Override public SimpleVersionedSerializer<FeedSplit> getSplitSerializer() { return new FeedSplit.Serializer(); }

    @Override public SimpleVersionedSerializer<FoundStreams> getEnumeratorCheckpointSerializer() {
        return new FoundStreams.Serializer();
    }

    @Override public SourceReader<Item, FeedSplit> createReader(SourceReaderContext context) {
        return FeedSourceReader.create(options, context);
    }
}
