package streamllm.feed;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import streamllm.engine.Item;
import streamllm.engine.StreamClock;

/** Runs what has been read through its stream's clock, and sends it to the stream's engines. In the task's thread. */
final class FeedEmitter implements RecordEmitter<FeedPiece, Item, FeedSplit> {
    /** How far all engines of a stream have been told that it is. */
    private record Told(long frontier, long finished, long lost) {}

    private final Map<String, Told> told = new HashMap<>();
    /** Streams that have fallen silent. */
    private final Set<String> silent = new HashSet<>();
    private final int shards;
    private final Counter accepted, rejected, lost;
    private final Consumer<SourceEvent> coordinator;

    FeedEmitter(int shards, SourceReaderMetricGroup metrics, Consumer<SourceEvent> coordinator) {
        this.shards = shards;
        this.coordinator = coordinator;
        accepted = metrics.counter("streamllm_messages_accepted_total");
        rejected = metrics.counter("streamllm_messages_rejected_total");
        lost = metrics.counter("streamllm_messages_lost_total");
    }

    @Override public void emitRecord(FeedPiece piece, SourceOutput<Item> out, FeedSplit split) {
        StreamClock clock = split.clock;
        boolean hasSpoken = piece.kind() == FeedPiece.Kind.RECORDS || piece.kind() == FeedPiece.Kind.TIME;
        if (hasSpoken && silent.remove(split.stream)) out.markActive();
        if (!split.isAnnounced) {
            split.isAnnounced = true;
            Item began = clock.stamp(Item.of(Item.Kind.BEGAN, split.stream));
            began.sequence = split.life;
            send(began, Shards.at(0), out);
        }
        switch (piece.kind()) {
            case BEGAN -> { }
            case RECORDS -> {
                for (Item item : piece.items()) {
                    if (item.kind == Item.Kind.MESSAGE) clock.take(item, counted -> emit(counted, out));
                    else clock.pass(item, passed -> emit(passed, out));
                }
            }
            case TIME -> clock.tick(piece.number(), counted -> emit(counted, out));
            case LOST -> {
                tellAll(Item.Kind.TIME, split, out); // what had come out by then doesn't know of it
                clock.lose(piece.number());
                lost.inc(piece.number());
            }
            case IDLE -> clock.closeOpenWindows();
            case REFUSED -> coordinator.accept(new FeedEvent.Refused(split.stream, piece.number() != 0));
            case ENDED -> {
                clock.end(rest -> emit(rest, out));
                split.hasEnded = true;
                split.hasVanished = piece.number() != 0;
            }
        }
        split.next = piece.next();
        split.fingerprint = piece.fingerprint();
        split.last = piece.last();
        tellAll(split.hasEnded ? Item.Kind.ENDED : Item.Kind.TIME, split, out);
        if (piece.kind() == FeedPiece.Kind.IDLE && silent.add(split.stream)) out.markIdle(); // SQL's watermark doesn't wait for it
        if (!split.hasEnded) return;
        told.remove(split.stream);
        silent.remove(split.stream);
        clock.forgetLost();
    }

    /** Engines hear of the clock with their own messages; those that have none hear of it here, if it has come further. */
    private void tellAll(Item.Kind kind, FeedSplit split, SourceOutput<Item> out) {
        StreamClock clock = split.clock;
        Item item = clock.stamp(Item.of(kind, clock.stream()));
        Told now = new Told(item.frontier, item.finished, item.lost);
        if (now.equals(told.put(clock.stream(), now)) && kind == Item.Kind.TIME) return;
        for (int number = 0; number < shards; number++) {
            Item copy = clock.stamp(Item.of(kind, clock.stream()));
            copy.sequence = split.life;
            send(copy, Shards.at(number), out);
        }
    }

    private void emit(Item item, SourceOutput<Item> out) {
        if (item.kind == Item.Kind.REJECTED) rejected.inc(); else accepted.inc();
        // A line without a session goes anywhere, and always to the same place.
        int shard = item.session == null ? Shards.at((int) (item.sequence % shards)) : Shards.of(item.session, shards);
        send(item, shard, out);
    }

    private static void send(Item item, int shard, SourceOutput<Item> out) {
        item.shard = shard;
        out.collect(item);
    }
}
