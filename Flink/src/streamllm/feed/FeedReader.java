package streamllm.feed;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import streamllm.engine.Item;
import streamllm.engine.LineDecoder;

/**
 * Reads a subtask's streams, on a thread of Flink's. While that one waits for the task, which is Flink's backpressure, another
 * thread tells publishers that somebody is there, or they would leave at their end.
 */
final class FeedReader implements SplitReader<FeedPiece, FeedSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(FeedReader.class);
    /** In milliseconds: how long nothing is waited for before looking around; so long in all; and between two looks of the other thread. */
    private static final long LOOK = 10, TURN = 200, KEEPING = 500;
    /** Lines of one piece. */
    private static final int MOST_LINES = 16_384;

    private final FeedOptions options;
    private final Map<String, Followed> followed = new LinkedHashMap<>();
    private final Selector selector = Selector.open();
    private final ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "feed-keeper");
        thread.setDaemon(true);
        return thread;
    });
    private final Consumer<FeedReader> whenDone;
    private volatile boolean isWoken, isFetching;
    private boolean isClosed;

    /** @param whenDone is told when neither Flink nor a publisher needs it any more, and it has nothing open */
    FeedReader(FeedOptions options, Consumer<FeedReader> whenDone) throws IOException {
        this.options = options;
        this.whenDone = whenDone;
        keeper.scheduleWithFixedDelay(this::keep, KEEPING, KEEPING, TimeUnit.MILLISECONDS);
    }

    /** A stream and what has come of it. */
    private final class Followed implements FollowedStream.Listener {
        final FeedSplit split;
        final FeedConnection connection;
        final List<FeedPiece> pieces = new ArrayList<>();

        Followed(FeedSplit split, long now) {
            this.split = split;
            FollowedStream stream = new FollowedStream(split.stream, split.next, split.fingerprint, split.last,
                TimeUnit.MILLISECONDS.toNanos(options.idleTimeout()), now, this);
            connection = new FeedConnection(stream, Endpoint.of(split.endpoint), split.identity, selector, now);
            // Whoever waits for all streams to end waits for this one, too, whether anything comes of it or not.
            add(FeedPiece.Kind.BEGAN, List.of(), 0);
        }

        private void add(FeedPiece.Kind kind, List<Item> items, long number) {
            FollowedStream stream = connection.stream;
            pieces.add(new FeedPiece(kind, items, number, stream.next(), stream.fingerprint(), stream.last()));
        }

        /** Lines may be empty, and half a million of them one answer: each piece has its place, for a checkpoint between two. */
        @Override public void records(byte[] lines, long first, long from) {
            List<Item> items = new ArrayList<>();
            long number = first;
            for (int start = 0, end = 0; end <= lines.length; end++) {
                if (end < lines.length && lines[end] != '\n') continue;
                if (number >= from) items.add(LineDecoder.decode(lines, start, end, split.stream, number));
                number++;
                if (items.size() == MOST_LINES && end < lines.length) {
                    pieces.add(new FeedPiece(FeedPiece.Kind.RECORDS, items, 0, number, connection.stream.fingerprint(),
                        Fingerprint.of(lines, start, end)));
                    items = new ArrayList<>();
                }
                start = end + 1;
            }
            add(FeedPiece.Kind.RECORDS, items, 0);
        }

        @Override public void time(long milliseconds) { add(FeedPiece.Kind.TIME, List.of(), milliseconds); }

        @Override public void lost(long count) {
            LOG.error("{} messages of stream {} are lost: its publisher no longer has them", count, split.stream);
            add(FeedPiece.Kind.LOST, List.of(), count);
        }

        @Override public void idle() {
            LOG.warn("Stream {} has fallen silent: its open windows are closed", split.stream);
            add(FeedPiece.Kind.IDLE, List.of(), 0);
            // The job has been started with other endpoints, and nobody is there either.
            if (!options.endpoints().contains(split.endpoint)) connection.stream.vanish();
        }

        @Override public void ended(boolean hasVanished) {
            if (hasVanished) {
                LOG.warn("Stream {} has ended without saying so: another has taken its place", split.stream);
            } else {
                LOG.info("Stream {} has ended", split.stream);
            }
            add(FeedPiece.Kind.ENDED, List.of(), hasVanished ? 1 : 0);
        }

        @Override public void refused(String reason) {
            LOG.error("Nothing is taken from stream {}: {}. Is another file published under its name (--stream-id)?",
                split.stream, reason);
            add(FeedPiece.Kind.REFUSED, List.of(), 1);
        }

        @Override public void believed() { add(FeedPiece.Kind.REFUSED, List.of(), 0); }
    }

    // Flink's thread

    @Override public RecordsWithSplitIds<FeedPiece> fetch() throws IOException {
        RecordsBySplits.Builder<FeedPiece> found = new RecordsBySplits.Builder<>();
        isFetching = true;
        try {
            // A turn without anything costs a hand-over to the task: it is as long as nothing comes.
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TURN);
            while (!read(found) && !isWoken && System.nanoTime() - end < 0) {
                selector.select(key -> { }, LOOK);
            }
        } finally {
            isFetching = false;
            isWoken = false;
        }
        return found.build();
    }

    /** Returns whether something has come. */
    private synchronized boolean read(RecordsBySplits.Builder<FeedPiece> found) {
        boolean isSomething = false;
        long now = System.nanoTime();
        for (Iterator<Followed> each = followed.values().iterator(); each.hasNext(); ) {
            Followed one = each.next();
            one.connection.poll(now, true);
            one.connection.stream.report(now);
            boolean hasVanished = false;
            for (FeedPiece piece : one.pieces) {
                isSomething = true;
                found.add(one.split.splitId(), piece);
                if (piece.kind() != FeedPiece.Kind.ENDED) continue;
                found.addFinishedSplit(one.split.splitId());
                hasVanished = piece.number() != 0;
            }
            one.pieces.clear();
            if (!hasVanished) continue;
            // Nobody waits for its acknowledgement.
            one.connection.close();
            each.remove();
        }
        return isSomething;
    }

    @Override public synchronized void handleSplitsChanges(SplitsChange<FeedSplit> change) {
        long now = System.nanoTime();
        for (FeedSplit split : change.splits()) {
            Followed before = followed.put(split.stream, new Followed(split, now));
            if (before != null) before.connection.close();
        }
    }

    @Override public void wakeUp() {
        isWoken = true;
        selector.wakeup();
    }

    // Beside it

    /** While nothing is read, and of what has ended and isn't safe: says that somebody is there. */
    private synchronized void keep() {
        if (isFetching) return;
        long now = System.nanoTime();
        for (Followed one : followed.values()) one.connection.poll(now, false);
    }

    /** All of a stream is safe, and its publisher may go. Called by the task. Returns whether he could be told. */
    synchronized boolean acknowledge(FeedSplit split) {
        Followed one = followed.remove(split.stream);
        if (one == null) return false;
        boolean isTold = one.connection.tell(one.connection.stream.end(), System.nanoTime());
        one.connection.leave();
        leaveIfDone();
        return isTold;
    }

    /** A stream that has ended goes on, and may do so at another reader. */
    synchronized void forget(String stream) {
        Followed one = followed.remove(stream);
        if (one != null) one.connection.close();
        leaveIfDone();
    }

    /** A stream is published elsewhere now. */
    synchronized void move(String stream, String endpoint) {
        Followed one = followed.get(stream);
        if (one == null || !one.connection.move(Endpoint.of(endpoint), System.nanoTime())) return;
        LOG.info("Stream {} goes on at {}", stream, endpoint);
    }

    /** A stream that is refused, or that nobody speaks of, isn't waited for any more. */
    synchronized void giveUp(String stream) {
        Followed one = followed.get(stream);
        if (one != null) one.connection.stream.giveUp();
    }

    /** Flink closes a reader that has no streams any more. Those that have ended and aren't safe keep their connections. */
    @Override public synchronized void close() {
        isClosed = true;
        leaveIfDone();
    }

    private void leaveIfDone() {
        if (isClosed && followed.isEmpty()) shutDown();
    }

    /** Closes everything: the task is over, or there is nothing more to do. */
    synchronized void shutDown() {
        keeper.shutdownNow();
        for (Followed one : followed.values()) one.connection.close();
        followed.clear();
        try { selector.close(); } catch (IOException e) { /* it is gone either way */ }
        whenDone.accept(this);
    }
}
