package streamllm.feed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import streamllm.engine.Item;

/** A subtask's side of the source: which streams it has, and which of those that have ended are safe. */
final class FeedSourceReader extends SingleThreadMultiplexSourceReaderBase<FeedPiece, Item, FeedSplit, FeedSplit> {
    /** Flink makes a reader when there is something to read, and another one later. */
    private final List<FeedReader> readers;
    private final FeedOptions options;
    private final Map<String, FeedSplit> open = new HashMap<>();
    /** Streams that have ended, until a checkpoint has that in it and their publishers know. */
    private final Map<String, FeedSplit> ended = new LinkedHashMap<>();
    /** By checkpoint, those that are safe with it. */
    private final TreeMap<Long, Set<String>> safeWith = new TreeMap<>();

    private FeedSourceReader(FeedOptions options, List<FeedReader> readers, SourceReaderContext context) {
        super(() -> {
            try {
                FeedReader reader = new FeedReader(options, readers::remove);
                readers.add(reader);
                return reader;
            } catch (IOException e) { throw new IllegalStateException("no sockets are left", e); }
        }, new FeedEmitter(options.shards(), context.metricGroup(), context::sendSourceEventToCoordinator),
            context.getConfiguration(), context);
        this.options = options;
        this.readers = readers;
    }

    static FeedSourceReader create(FeedOptions options, SourceReaderContext context) {
        return new FeedSourceReader(options, new CopyOnWriteArrayList<>(), context);
    }

    /** A job that was started with other rules goes on by these. */
    @Override protected FeedSplit initializedState(FeedSplit split) {
        split.clock = split.clock.with(options.policy());
        return split;
    }

    @Override protected FeedSplit toSplitType(String id, FeedSplit split) { return split; }

    @Override public void addSplits(List<FeedSplit> splits) {
        List<FeedSplit> going = new ArrayList<>();
        for (FeedSplit split : splits) {
            if (split.hasEnded) hasEnded(split); else going.add(split);
        }
        if (going.isEmpty()) return;
        for (FeedSplit split : going) {
            open.put(split.stream, split);
            // It may have come back before its end was safe: whoever waits for that isn't told now.
            ended.remove(split.stream);
            for (Set<String> streams : safeWith.values()) streams.remove(split.stream);
            for (FeedReader reader : readers) reader.forget(split.stream);
        }
        super.addSplits(going);
        // One from a checkpoint may be published elsewhere by now.
        for (FeedSplit split : going) {
            context.sendSourceEventToCoordinator(new FeedEvent.Followed(split.stream, split.endpoint, split.life));
        }
    }

    @Override protected void onSplitFinished(Map<String, FeedSplit> finished) { finished.values().forEach(this::hasEnded); }

    private void hasEnded(FeedSplit split) {
        open.remove(split.stream);
        ended.put(split.stream, split);
        // Told again after a restore: the enumerator may have forgotten.
        context.sendSourceEventToCoordinator(FeedEvent.Ended.of(split));
    }

    @Override public void handleSourceEvents(SourceEvent event) {
        if (event instanceof FeedEvent.GiveUp left) for (FeedReader reader : readers) reader.giveUp(left.stream());
        if (!(event instanceof FeedEvent.Moved moved)) return;
        FeedSplit split = open.get(moved.stream());
        if (split == null || split.endpoint.equals(moved.endpoint())) return;
        // It may still be on its way to the reader's thread, which then begins there.
        split.endpoint = moved.endpoint();
        for (FeedReader reader : readers) reader.move(moved.stream(), moved.endpoint());
    }

    // Checkpoints

    @Override public List<FeedSplit> snapshotState(long checkpoint) {
        List<FeedSplit> splits = new ArrayList<>(super.snapshotState(checkpoint));
        splits.addAll(ended.values());
        safeWith.put(checkpoint, new LinkedHashSet<>(ended.keySet()));
        return splits;
    }

    @Override public void notifyCheckpointComplete(long checkpoint) throws Exception {
        super.notifyCheckpointComplete(checkpoint);
        Collection<Set<String>> safe = safeWith.headMap(checkpoint, true).values();
        for (Set<String> streams : safe) for (String stream : streams) {
            acknowledge(ended.remove(stream));
            context.sendSourceEventToCoordinator(new FeedEvent.Safe(stream));
        }
        safe.clear();
    }

    private void acknowledge(FeedSplit split) {
        if (split == null || split.hasVanished) return;
        for (FeedReader reader : readers) if (reader.acknowledge(split)) return;
        // Read by a process that is gone: its publisher has had this follower's last sign long ago, and waits no longer than
        // it does for anybody (--linger).
    }

    @Override public void close() throws Exception {
        super.close();
        for (FeedReader reader : readers) reader.shutDown();
    }
}
