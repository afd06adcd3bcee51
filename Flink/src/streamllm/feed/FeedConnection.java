package streamllm.feed;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets of one stream: its publisher's live socket, for control, and his replay socket, for records. */
final class FeedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(FeedConnection.class);
    private static final long RECONNECT = 100_000_000L, LONGEST_RECONNECT = 2_000_000_000L, HOLD = 1_000_000_000L;
    /** Control and handshakes; a record of an input feed (a line has 32 MiB at most) and what is around it. */
    private static final long LARGEST_CONTROL = 64 << 10, LARGEST_ANSWER = 34 << 20;

    final FollowedStream stream;
    private Endpoint endpoint;
    private final byte[] identity;
    private final Selector selector;
    private Zmtp live, replay;
    private Endpoint asking;
    private long liveAt, replayAt, livePause = RECONNECT, replayPause = RECONNECT, lastSent;
    private boolean isLiveThere;
    private String said;

    FeedConnection(FollowedStream stream, Endpoint endpoint, byte[] identity, Selector selector, long now) {
        this.stream = stream;
        this.endpoint = endpoint;
        this.identity = identity;
        this.selector = selector;
        liveAt = now;
        replayAt = now;
        lastSent = now;
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
            replay = close(replay);
            stream.forget();
            replayAt = now;
        }
    }

    private void pollReplay(long now, boolean takesRecords) {
        // While the publisher is away, whoever answers may be somebody else.
        if (asking == null || !isLiveThere) return;
        try {
            if (replay == null) {
                if (replayAt - now > 0) return;
                replay = new Zmtp(asking, Zmtp.Type.DEALER, identity, LARGEST_ANSWER, selector, this, now);
            }
            replay.poll(now);
            if (!replay.isReady()) return;
            replayPause = RECONNECT;
            for (List<byte[]> message; takesRecords && (message = replay.receive()) != null; ) stream.answer(message, now);
            if (!takesRecords) return;
            FollowedStream.Question question = stream.question(now);
            if (question == null) return;
            replay.send(question.frames());
            lastSent = now;
        } catch (IOException e) {
            say(asking, e);
            replay = close(replay);
            stream.forget();
            replayAt = now + replayPause;
            replayPause = Math.min(2 * replayPause, LONGEST_RECONNECT);
        }
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
