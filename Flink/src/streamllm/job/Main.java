package streamllm.job;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import streamllm.feed.FeedOptions;
import streamllm.feed.FeedSource;
import streamllm.feed.Shards;

/** The job: messages of streamllm's producers, cut into windows, for one or more of streamllm's consumers. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    /** From one checkpoint to the next where nobody says, in milliseconds. */
    private static final long INTERVAL = 1000;

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment();
        try {
            build(flink, new Options(arguments));
        } catch (Options.Problem problem) {
            // This may be the JobManager's own process, which mustn't exit: Flink hands the words on to who has asked.
            throw new IllegalArgumentException(problem.getMessage());
        }
        flink.execute("streamllm");
    }

    static void build(StreamExecutionEnvironment flink, Options options) throws Options.Problem {
        FeedOptions feed = options.feed();
        flink.setMaxParallelism(Shards.COUNT);
        flink.setBufferTimeout(5); // in milliseconds: a message isn't held back for others
        flink.getConfig().enableObjectReuse(); // nothing is changed that has been handed on
        if (options.checkpointInterval() > 0) flink.enableCheckpointing(options.checkpointInterval());
        if (!flink.getCheckpointConfig().isCheckpointingEnabled()) {
            // Results come out with checkpoints, and publishers hear with them that all is safe.
            LOG.warn("No interval of checkpoints is configured, neither for the cluster nor by --checkpoint-interval: "
                + "it is {} ms", INTERVAL);
            flink.enableCheckpointing(INTERVAL);
        }
        // A state is found again by these names.
        flink.fromSource(new FeedSource(feed), WatermarkStrategy.noWatermarks(), "feeds", Serializers.items()).uid("feeds")
            .keyBy(item -> item.shard, Types.INT)
            .process(new Conversations(feed.policy(), options.room()), Serializers.results()).name("conversations").uid("conversations")
            .sinkTo(new ResultsSink(options.consumers(), options.isAtOnce(), feed.exitOnEnd() ? feed.follower() : null))
            .name("results").uid("results");
    }
}
