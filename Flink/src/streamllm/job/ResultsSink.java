package streamllm.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import streamllm.engine.Packed;
import streamllm.feed.Shards;

/**
 * Gives results to consumers: in two phases, with each checkpoint, so that nobody sees what a failure could take back; or at
 * once, with a smaller promise (docs/flink.md).
 */
final class ResultsSink implements Sink<Result>, SupportsCommitter<List<Result>> {
    /** What one commit has at most: so many results, and so many bytes, unless one alone has more. */
    private static final int PORTION = 1000, PORTION_BYTES = 1 << 20;
    /** Results of one checkpoint that a subtask holds, in bytes. They are in memory until the checkpoint is complete. */
    private static final long MOST = 512L << 20;

    private final List<String> consumers;
    private final boolean isAtOnce;
    /** By which consumers know the job, which then is a stream more that ends; null: it doesn't end by itself. */
    private final String job;

    ResultsSink(List<String> consumers, boolean isAtOnce, String job) {
        this.consumers = consumers;
        this.isAtOnce = isAtOnce;
        this.job = job;
    }

    @Override public CommittingSinkWriter<Result, List<Result>> createWriter(WriterInitContext context) {
        Writer writer = new Writer(context.getJobInfo().getJobId().toString(), context.getTaskInfo());
        context.metricGroup().gauge("streamllm_uncommitted_bytes", () -> writer.size);
        return writer;
    }

    @Override public Committer<List<Result>> createCommitter(CommitterInitContext context) {
        return new Committer<>() {
            private final ResultsClient client = new ResultsClient(consumers);

            @Override public void commit(Collection<CommitRequest<List<Result>>> requests) throws IOException, InterruptedException {
                for (CommitRequest<List<Result>> request : requests) client.give(request.getCommittable());
            }

            @Override public void close() { client.close(); }
        };
    }

    private final class Writer implements CommittingSinkWriter<Result, List<Result>> {
        private final ResultsClient client = isAtOnce ? new ResultsClient(consumers) : null;
        private final String run;
        private final TaskInfo task;
        private boolean hasBegun = job == null;
        private List<List<Result>> portions = new ArrayList<>();
        private List<Result> portion = new ArrayList<>();
        private long size, portionSize;

        Writer(String run, TaskInfo task) {
            this.run = run;
            this.task = task;
        }

        @Override public void write(Result result, Context context) throws IOException, InterruptedException {
            begin();
            add(result);
            if (isAtOnce) flush(false);
        }

        /**
         * The job comes before everything else: a consumer that leaves at the end would otherwise do so as soon as the streams of
         * which it knows have ended, and the next one may begin a checkpoint later.
         */
        private void begin() throws IOException {
            if (hasBegun) return;
            hasBegun = true;
            add(Result.ofJob(job, run, false, task.getIndexOfThisSubtask()));
        }

        private void add(Result result) throws IOException {
            portion.add(result);
            portionSize += result.json().length;
            size += result.json().length;
            if (!isAtOnce && (portion.size() >= PORTION || portionSize >= PORTION_BYTES)) finishPortion();
            if (size > MOST) {
                throw new IOException("the results of one checkpoint take more than " + (MOST >> 20)
                    + " MiB: take checkpoints more often, or use a higher parallelism");
            }
        }

        private void finishPortion() {
            portions.add(portion);
            portion = new ArrayList<>();
            portionSize = 0;
        }

        @Override public void flush(boolean isEnd) throws IOException, InterruptedException {
            if (isEnd && job != null) {
                begin();
                // As many as there are engines, whatever the parallelism: another attempt may have another one.
                for (int shard = task.getIndexOfThisSubtask(); shard < Shards.COUNT; shard += task.getNumberOfParallelSubtasks()) {
                    add(Result.ofJob(job, run, true, shard));
                }
            }
            if (!isAtOnce || portion.isEmpty()) return;
            client.give(portion);
            portion = new ArrayList<>();
            portionSize = 0;
            size = 0;
        }

        @Override public Collection<List<Result>> prepareCommit() {
            if (!portion.isEmpty()) finishPortion();
            List<List<Result>> all = portions;
            portions = new ArrayList<>();
            size = 0;
            return all;
        }

        @Override public void close() { if (client != null) client.close(); }
    }

    @Override public SimpleVersionedSerializer<List<Result>> getCommittableSerializer() { return new PortionSerializer(); }

    private static final class PortionSerializer implements SimpleVersionedSerializer<List<Result>> {
        @Override public int getVersion() { return 1; }

        @Override public byte[] serialize(List<Result> portion) throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(PORTION_BYTES);
            Packed.writeNumber(portion.size(), out);
            for (Result result : portion) result.write(out);
            return out.getCopyOfBuffer();
        }

        @Override public List<Result> deserialize(int version, byte[] bytes) throws IOException {
            if (version != 1) throw new IOException("results of version " + version + ", which this release doesn't know");
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            List<Result> portion = new ArrayList<>();
            for (long left = Packed.readNumber(in); left > 0; left--) portion.add(Result.read(in));
            return portion;
        }
    }
}
