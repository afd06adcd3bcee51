package streamllm.feed;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens at the endpoints for streams, and gives them to readers. There is one in a job, in the JobManager. */
final class FeedEnumerator implements SplitEnumerator<FeedSplit, FoundStreams> {
    private static final Logger LOG = LoggerFactory.getLogger(FeedEnumerator.class);
    /** Between two looks, in milliseconds. */
    private static final long LOOK = 100;
    /** In milliseconds: so long publishers of which one knows from before may take to speak, before they count as done. */
    private static final long EARLY = 5_000;
    /** Problems that are named, each once. */
    private static final int MOST_SAID = 100;

    private final FeedOptions options;
    private final SplitEnumeratorContext<FeedSplit> context;
    private final FoundStreams found;
    private final Set<Integer> endedReaders = new HashSet<>();
    private final Set<String> said = new HashSet<>();
    /** Since when publishers of which one knows from before may have spoken. */
    private long listensSince = System.nanoTime();
    private int turn;
    // Of the thread that listens alone.
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    private Selector selector;

    FeedEnumerator(FeedOptions options, SplitEnumeratorContext<FeedSplit> context, FoundStreams found) {
        this.options = options;
        this.context = context;
        this.found = found;
    }

    @Override public void start() { context.callAsync(this::listen, this::take, 0, LOOK); }

    // On a thread of its own

    /** What was heard: a stream's publisher, one that doesn't number, or, of neither, that there is another connection. */
    private record Heard(String endpoint, Control control, boolean isForeign) {}

    private List<Heard> listen() throws IOException {
        if (selector == null) {
            selector = Selector.open();
            for (String endpoint : options.endpoints()) listeners.put(endpoint, new Listener(endpoint));
        }
        List<Heard> heard = new ArrayList<>();
        long now = System.nanoTime();
        for (Listener listener : listeners.values()) listener.poll(now, heard);
        return heard;
    }

    /** Listens at one endpoint: for control, and as long as there is none for publishers that don't number. */
    private final class Listener {
        private static final long SECOND = 1_000_000_000L, PATIENCE = 3 * SECOND, LONGEST_PAUSE = 2 * SECOND;
        /** Records of strangers are looked at, too: a line has 32 MiB at most. */
        private static final long LARGEST = 34 << 20;

        private final Endpoint endpoint;
        private Zmtp socket;
        private long connectAt = System.nanoTime(), strangersAt, pause = SECOND / 10;
        private boolean isReady, hearsStrangers, hasControl, hasStranger;

        Listener(String endpoint) { this.endpoint = Endpoint.of(endpoint); }

        void poll(long now, List<Heard> heard) {
            try {
                if (socket == null) {
                    if (connectAt - now > 0) return;
                    socket = new Zmtp(endpoint, Zmtp.Type.SUB, new byte[0], LARGEST, selector, this, now);
                    socket.subscribe(Control.TOPIC);
                    strangersAt = now + PATIENCE;
                    isReady = false;
                    hearsStrangers = false;
                    hasControl = false;
                    hasStranger = false;
                }
                socket.poll(now);
                if (socket.isReady() && !isReady) {
                    isReady = true;
                    pause = SECOND / 10;
                    heard.add(new Heard(endpoint.text(), null, false));
                }
                for (List<byte[]> message; (message = socket.receive()) != null; ) hear(message, heard);
                if (hasControl && now - socket.heardAt() > FeedConnection.DEAF) throw new IOException("nothing has come for 10 s");
                boolean isKnown = hasControl || hasStranger;
                if (isKnown && hearsStrangers) {
                    // One message has said it: what they publish isn't wanted.
                    socket.unsubscribe("");
                    hearsStrangers = false;
                } else if (!isKnown && !hearsStrangers && strangersAt - now < 0) {
                    socket.subscribe("");
                    hearsStrangers = true;
                }
            } catch (IOException e) {
                if (socket != null) socket.close();
                socket = null;
                connectAt = now + pause;
                pause = Math.min(2 * pause, LONGEST_PAUSE);
            }
        }

        private void hear(List<byte[]> message, List<Heard> heard) {
            Control control = Control.isOne(message) ? Control.of(message) : null;
            if (control != null) {
                hasControl = true;
                heard.add(new Heard(endpoint.text(), control, false));
            } else if (hearsStrangers && !hasControl && !hasStranger && Control.isForeign(message)) {
                hasStranger = true;
                heard.add(new Heard(endpoint.text(), null, true));
            }
        }
    }

    // On the enumerator's

    private void take(List<Heard> all, Throwable problem) {
        if (problem != null) throw new IllegalStateException("the endpoints can't be listened to", problem);
        for (Heard heard : all) take(heard);
        assign();
    }

    /** Until all readers have said what they have, none is given a stream: another may be about to go on with it. */
    private boolean areReadersThere() { return context.registeredReaders().size() >= context.currentParallelism(); }

    private void tell(SourceEvent event) {
        for (int reader : context.registeredReaders().keySet()) context.sendEventToSourceReader(reader, event);
    }

    private void take(Heard heard) {
        if (heard.isForeign()) {
            found.hearForeign(heard.endpoint());
            say("nothing is taken from " + heard.endpoint() + ": its publisher doesn't number its records, so that what is "
                + "lost can't be seen, and nothing can be asked for again. Publish with streamllm-producer");
            return;
        }
        if (heard.control() == null) {
            found.connectedAnew(heard.endpoint());
            return;
        }
        if (!areReadersThere()) return; // it will be said again soon
        String stream = heard.control().stream();
        switch (found.hear(heard.control(), heard.endpoint(), options, System.currentTimeMillis())) {
            case KNOWN -> { }
            case FOUND -> LOG.info("Stream {} has begun on {}", stream, heard.endpoint());
            case MOVED -> tell(new FeedEvent.Moved(stream, heard.endpoint()));
            case RIVAL -> say(heard.endpoint() + ": stream " + stream + " comes from elsewhere already, or has a name that looks the "
                + "same, and isn't taken here. Give each producer a --stream-id of its own");
            case WORKSPACE -> say(heard.endpoint() + ": stream " + stream + " is a consumer's workspace, and not messages; it isn't "
                + "taken: what follows from it would come back, for ever");
            case TOO_MANY -> {
                // One of which who publishes here now says nothing makes room, and this one comes in its place.
                String unspoken = found.unspoken(heard.endpoint());
                if (unspoken != null) tell(new FeedEvent.GiveUp(unspoken));
                else say(heard.endpoint() + ": more than " + FoundStreams.MOST_OPEN
                    + " streams are open here; nothing is taken from further ones");
            }
        }
    }

    private void say(String problem) {
        if (said.size() < MOST_SAID && said.add(problem)) LOG.error("{}", problem);
    }

    private void assign() {
        if (!areReadersThere()) return;
        List<Integer> readers = new ArrayList<>(context.registeredReaders().keySet());
        readers.removeAll(endedReaders);
        for (FeedSplit split; !readers.isEmpty() && (split = found.nextWaiting()) != null; found.assigned()) {
            Integer keeper = found.keeper(split.stream);
            context.assignSplit(split, readers.contains(keeper) ? keeper : readers.get(turn++ % readers.size()));
        }
        boolean isEarly = System.nanoTime() - listensSince < TimeUnit.MILLISECONDS.toNanos(EARLY);
        if (!options.exitOnEnd() || !found.areDone(options.endpoints(), isEarly)) return;
        List<String> refused = found.takeRefused();
        for (String stream : refused) tell(new FeedEvent.GiveUp(stream));
        if (!refused.isEmpty()) return; // they end now
        // A second time would fail: its task may be gone.
        for (int reader : readers) if (endedReaders.add(reader)) context.signalNoMoreSplits(reader);
    }

    @Override public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof FeedEvent.Ended ended) {
            FeedSplit split = ended.split();
            if (split.hasVanished) listensSince = System.nanoTime();
            found.end(split, subtask, System.currentTimeMillis());
        } else if (event instanceof FeedEvent.Safe safe) {
            if (found.isSafe(safe.stream())) listensSince = System.nanoTime();
        } else if (event instanceof FeedEvent.Refused refused) {
            found.refuse(refused);
        } else if (event instanceof FeedEvent.Followed followed) {
            found.follow(followed);
            String endpoint = found.endpoint(followed.stream());
            if (!endpoint.equals(followed.endpoint())) {
                context.sendEventToSourceReader(subtask, new FeedEvent.Moved(followed.stream(), endpoint));
            }
        }
        assign();
    }

    @Override public void handleSplitRequest(int subtask, String host) { /* streams are given, not asked for */ }

    @Override public void addReader(int subtask) {
        endedReaders.remove(subtask);
        assign();
    }

    @Override public void addSplitsBack(List<FeedSplit> splits, int subtask) { found.giveBack(splits); }

    @Override public FoundStreams snapshotState(long checkpoint) { return found; }

    @Override public void close() throws IOException {
        if (selector == null) return;
        for (Listener listener : listeners.values()) if (listener.socket != null) listener.socket.close();
        selector.close();
    }
}
