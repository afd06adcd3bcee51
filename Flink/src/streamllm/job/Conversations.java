package streamllm.job;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import streamllm.engine.Engine;
import streamllm.engine.Item;
import streamllm.engine.Policy;
import streamllm.engine.WindowResult;
import streamllm.feed.Shards;

/**
 * Cuts conversations into windows: for each key, which is a share of all sessions, an engine for each stream. Flink has no part
 * in it but to keep the engines: its watermark is the least of all streams, and a replay of last January would hold up every
 * live chat.
 */
final class Conversations extends KeyedProcessFunction<Integer, Item, Result> {
    private final Policy policy;
    /** What the open windows of a subtask may hold, in bytes. */
    private final long room;
    private transient MapState<String, Engine> engines;
    /** What the windows hold of engines that have been used since the task's start. */
    private transient long cost;
    private transient Counter windows, late;
    private transient Output output;

    Conversations(Policy policy, long room) {
        this.policy = policy;
        this.room = room;
    }

    @Override public void open(OpenContext context) {
        engines = getRuntimeContext().getMapState(new MapStateDescriptor<>("engines", Types.STRING, Serializers.engines()));
        output = new Output();
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        windows = metrics.counter("streamllm_windows_closed_total");
        late = metrics.counter("streamllm_messages_late_total");
        metrics.gauge("streamllm_open_windows_bytes", () -> cost);
    }

    @Override public void processElement(Item item, Context context, Collector<Result> out) throws Exception {
        if (item.kind == Item.Kind.REJECTED) {
            out.collect(Result.rejected(item));
            return;
        }
        if (item.kind == Item.Kind.BEGAN) out.collect(Result.ofStream(item.stream, false, item.sequence, 0, 0));
        output.out = out;
        Engine engine = engines.get(item.stream);
        if (engine != null && !engine.isCounted) cost += engine.cost();
        long before = engine == null ? 0 : engine.cost();
        if (engine != null && !engine.policy().equals(policy)) {
            // The job was started with other rules: what is open comes out as it is.
            engine.end(output);
            engine = null;
        }
        if (engine == null && item.kind == Item.Kind.MESSAGE) engine = new Engine(item.stream, policy);
        if (engine != null) {
            engine.process(item, output);
            long all = cost - before + engine.cost();
            // Each engine that is touched makes its share of the room, until there is half of it.
            if (all > room) engine.cutLargest((long) (room / 2.0 * engine.cost() / all), output);
            engine.isCounted = true;
            cost += engine.cost();
        }
        cost -= before;
        if (engine == null || engine.isEmpty()) engines.remove(item.stream);
        else engines.put(item.stream, engine);
        if (item.kind == Item.Kind.ENDED) {
            out.collect(Result.ofStream(item.stream, true, item.sequence, Shards.numberOf(item.shard), Shards.COUNT));
        }
    }

    /** Counts what comes out of engines, and hands it on. */
    private final class Output implements Engine.Output {
        private Collector<Result> out;

        @Override public void result(WindowResult result) {
            windows.inc();
            out.collect(Result.of(result));
        }

        @Override public void late(Item message) {
            late.inc();
            out.collect(Result.late(message));
        }
    }
}
