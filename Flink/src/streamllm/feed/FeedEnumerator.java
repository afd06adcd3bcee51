package streamllm.feed;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    /** Problems that are named, each once. */
    private static final int MOST_SAID = 100;

    private final FeedOptions options;
    private final SplitEnumeratorContext<FeedSplit> context;
    private final FoundStreams found;
    private final Set<Integer> endedReaders = new HashSet<>();
    private final Set<String> said = new HashSet<>();
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

    /** What was heard: a stream's publisher, or, without control, one that doesn't number. */
    private record Heard(String endpoint, Control control) {}

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
        private boolean hearsStrangers, hasControl;

        Listener(String endpoint) { this.endpoint = Endpoint.of(endpoint); }

        void poll(long now, List<Heard> heard) {
            try {
                if (socket == null) {
                    if (connectAt - now > 0) return;
                    socket = new Zmtp(endpoint, Zmtp.Type.SUB, new byte[0], LARGEST, selector, this, now);
                    socket.subscribe(Control.TOPIC);
                    strangersAt = now + PATIENCE;
                    hearsStrangers = false;
                    hasControl = false;
                }
                socket.poll(now);
                if (socket.isReady()) pause = SECOND / 10;
                for (List<byte[]> message; (message = socket.receive()) != null; ) hear(message, heard);
                if (hasControl && hearsStrangers) {
                    socket.unsubscribe("");
                    hearsStrangers = false;
                } else if (!hasControl && !hearsStrangers && strangersAt - now < 0) {
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
                heard.add(new Heard(endpoint.text(), control));
            } else if (hearsStrangers && !hasControl && message.size() < 3) {
                heard.add(new Heard(endpoint.text(), null));
            }
        }
    }

    // On the enumerator's

    private void take(List<Heard> all, Throwable problem) {
        if (problem != null) throw new IllegalStateException("the endpoints can't be listened to", problem);
        for (Heard heard : all) take(heard);
        assign();
    }

    private void take(Heard heard) {
        if (heard.control() == null) {
            found.hearForeign(heard.endpoint());
            say("nothing is taken from " + heard.endpoint() + ": its publisher doesn't number its records, so that what is "
                + "lost can't be seen, and nothing can be asked for again. Publish with streamllm-producer");
            return;
        }
        String stream = heard.control().stream();
        switch (found.hear(heard.control(), heard.endpoint(), options)) {
            case KNOWN -> { }
            case FOUND -> LOG.info("Stream {} has begun on {}", stream, heard.endpoint());
            case MOVED -> {
                for (int reader : context.registeredReaders().keySet()) {
                    context.sendEventToSourceReader(reader, new FeedEvent.Moved(stream, heard.endpoint()));
                }
            }
            case RIVAL -> say(heard.endpoint() + ": stream " + stream + " comes from elsewhere already, or has a name that looks the "
                + "same, and isn't taken here. Give each producer a --stream-id of its own");
            case WORKSPACE -> say(heard.endpoint() + ": stream " + stream + " is a consumer's workspace, and not messages; it isn't "
                + "taken: what follows from it would come back, for ever");
            case TOO_MANY -> say(heard.endpoint() + ": more than " + FoundStreams.MOST_OPEN
                + " streams are open here; nothing is taken from further ones");
        }
    }

    private void say(String problem) {
        if (said.size() < MOST_SAID && said.add(problem)) LOG.error("{}", problem);
    }

    private void assign() {
        List<Integer> readers = new ArrayList<>(context.registeredReaders().keySet());
        readers.removeAll(endedReaders);
        for (FeedSplit split; !readers.isEmpty() && (split = found.nextWaiting()) != null; ) {
            context.assignSplit(split, readers.get(turn++ % readers.size()));
            found.assigned();
        }
        if (!options.exitOnEnd() || !found.areDone(options.endpoints())) return;
        // A second time would fail: its task may be gone.
        for (int reader : readers) if (endedReaders.add(reader)) context.signalNoMoreSplits(reader);
    }

    @Override public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof FeedEvent.Ended ended) {
            found.end(ended.split());
        } else if (event instanceof FeedEvent.Followed followed) {
            String endpoint = found.endpoint(followed.stream());
            if (endpoint != null && !endpoint.equals(followed.endpoint())) {
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
