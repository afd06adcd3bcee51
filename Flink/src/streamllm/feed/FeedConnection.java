package streamllm.feed;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets of one stream: its publisher's live socket, for control, and his replay socket, for records. */
final class FeedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(FeedConnection.class);
    private static final long SECOND = 1_000_000_000L, RECONNECT = SECOND / 10, LONGEST_RECONNECT = 2 * SECOND, HOLD = SECOND;
    /** Control comes at least once a second: a connection by which nothing has come for so long is made again. */
    static final long DEAF = 10 * SECOND;
    /** After so long without an answer it is said that there is none, and the connection is made again. */
    private static final long SILENCE = 15 * SECOND;
    /** Control and handshakes; a record of an input feed (a line has 32 MiB at most) and what is around it. */
    private static final long LARGEST_CONTROL = 64 << 10, LARGEST_ANSWER = 34 << 20;

    final FollowedStream stream;
    private Endpoint endpoint;
    private final byte[] identity;
    private final Selector selector;
    private Zmtp live, replay;
    private Endpoint asking;
    private long liveAt, replayAt, livePause = RECONNECT, replayPause = RECONNECT, lastSent;
    /** Since when somebody should have answered, and hasn't. */
    private long waitsSince;
    private boolean isLiveThere;
    private String said, saidSilent;

    FeedConnection(FollowedStream stream, Endpoint endpoint, byte[] identity, Selector selector, long now) {
        this.stream = stream;
        this.endpoint = endpoint;
        this.identity = identity;
        this.selector = selector;
        liveAt = now;
        replayAt = now;
        lastSent = now;
        waitsSince = now;
    }

    /**
     * Goes on with both sockets, and asks what is to be asked.
     *
     * @param takesRecords whether there is room for records; else its publisher is only kept waiting
     */
    void poll(long now, boolean takesRecords) {
        pollLive(now);
        pollReplay(now, takesRecords);
        if (now - lastSent >= HOLD && !stream.isRefused()) tell(stream.hold(), now);
    }

    private void pollLive(long now) {
        try {
            if (live == null) {
                if (liveAt - now > 0) return;
                live = new Zmtp(endpoint, Zmtp.Type.SUB, new byte[0], LARGEST_CONTROL, selector, this, now);
                live.subscribe(Control.TOPIC);
            }
            live.poll(now);
            if (live.isReady() && !isLiveThere) {
                isLiveThere = true;
                livePause = RECONNECT;
                stream.connectedAnew(now);
            }
            for (List<byte[]> message; (message = live.receive()) != null; ) if (Control.isOne(message)) hear(message, now);
            if (isLiveThere && now - live.heardAt() > DEAF) throw new IOException("nothing has come for 10 s");
        } catch (IOException e) {
            say(endpoint, e);
            live = close(live);
            isLiveThere = false;
            stream.forget();
            liveAt = now + livePause;
            livePause = Math.min(2 * livePause, LONGEST_RECONNECT);
        }
    }

    private void hear(List<byte[]> message, long now) {
        Control control = Control.of(message);
        if (control == null) return;
        boolean isOurs = control.stream().equals(stream.id);
        if (!isOurs) stream.suspect();
        Endpoint said = null;
        String problem = null;
        try { said = endpoint.replay(control.replay()); } catch (Endpoint.Refusal refusal) { problem = refusal.getMessage(); }
        if (isOurs) stream.hear(control, problem, now);
        if (said == null || said.equals(asking)) return;
        // Whoever publishes here now can say what has become of a stream that nobody speaks of.
        if (isOurs || asking == null || stream.isUntold()) {
            asking = said;
            waitsSince = now;
            replay = close(replay);
            stream.forget();
            replayAt = now;
        }
    }

    private void pollReplay(long now, boolean takesRecords) {
        // While the publisher is away, whoever answers may be somebody else.
        if (asking == null || !isLiveThere || !takesRecords) waitsSince = now;
        if (asking == null || !isLiveThere) return;
        try {
            if (replay == null) {
                if (replayAt - now > 0) return;
                replay = new Zmtp(asking, Zmtp.Type.DEALER, identity, LARGEST_ANSWER, selector, this, now);
            }
            replay.poll(now);
            if (replay.isReady()) replayPause = RECONNECT;
            boolean waits = replay.isReady() && takesRecords ? ask(now) : !stream.hasEnded() && !stream.isRefused();
            if (!waits) waitsSince = now;
            else if (now - waitsSince > SILENCE) isSilent(now);
        } catch (IOException e) {
            say(asking, e);
            replay = close(replay);
            stream.forget();
            replayAt = now + replayPause;
            replayPause = Math.min(2 * replayPause, LONGEST_RECONNECT);
        }
    }

    /** Takes answers, and asks on. Returns whether a question waits for its answer, and none has come. */
    private boolean ask(long now) throws IOException {
        boolean hasCome = false;
        for (List<byte[]> message; (message = replay.receive()) != null; hasCome = true) stream.answer(message, now);
        FollowedStream.Question question = stream.question(now);
        if (question != null) {
            replay.send(question.frames());
            lastSent = now;
        }
        return stream.isAsking() && !hasCome;
    }

    /** Nobody answers, though the publisher is there: what has come of the connection can't be known, so there is another. */
    private void isSilent(long now) {
        waitsSince = now;
        replay = close(replay);
        stream.forget();
        replayAt = now;
        if (asking.text().equals(saidSilent)) return;
        saidSilent = asking.text();
        LOG.error("Stream {}: nobody has answered at the replay endpoint {} for {} s; the stream waits for records that only it "
            + "can give. Something between may block that port, or another program has it; asking again and again",
            stream.id, asking, SILENCE / SECOND);
    }

    /** Sends what has no answer. Returns whether there was a connection for it. */
    boolean tell(byte[][] frames, long now) {
        lastSent = now;
        if (replay == null || !replay.isReady()) return false;
        try {
            replay.send(frames);
            return true;
        } catch (IOException e) { return false; } // seen with the next answer
    }

    /** A problem with a connection, once until it is another one: it is tried again and again. */
    private void say(Endpoint where, IOException problem) {
        String words = where + ": " + (problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage());
        if (words.equals(said)) return;
        said = words;
        LOG.info("Stream {}: {}; connecting again and again", stream.id, words);
    }

    private static Zmtp close(Zmtp socket) {
        if (socket != null) socket.close();
        return null;
    }

    /** Goes on at another endpoint. Returns whether it is another one. */
    boolean move(Endpoint endpoint, long now) {
        if (endpoint.text().equals(this.endpoint.text())) return false;
        close();
        this.endpoint = endpoint;
        isLiveThere = false;
        asking = null;
        stream.forget();
        liveAt = now;
        return true;
    }

    /** Closes the connections once what was said has arrived. */
    void leave() {
        if (replay != null) replay.leave();
        close();
    }

    void close() {
        live = close(live);
        replay = close(replay);
    }
}
