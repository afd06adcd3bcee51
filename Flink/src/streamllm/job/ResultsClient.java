package streamllm.job;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import streamllm.feed.Endpoint;
import streamllm.feed.Shards;
import streamllm.feed.Zmtp;

/**
 * Gives results to {@code streamllm-consumer --windows-from}, and waits until they are safe there (docs/results-protocol.md). A
 * consumer that isn't there is waited for: this is Flink's backpressure, up to the producers.
 */
final class ResultsClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResultsClient.class);
    /** In nanoseconds: how long an answer is waited for before the same is sent again, and how often it is said that one waits. */
    private static final long PATIENCE = 30_000_000_000L, SAID = 60_000_000_000L;
    /** In milliseconds. */
    private static final long RECONNECT = 200;
    private static final long LARGEST_ANSWER = 64 << 10;
    /** Of what a consumer says, in characters. */
    private static final int LONGEST_REASON = 1000;

    private final List<Consumer> consumers = new ArrayList<>();

    ResultsClient(List<String> endpoints) { for (String endpoint : endpoints) consumers.add(new Consumer(Endpoint.of(endpoint))); }

    /** Gives results away, in their order, each session's to one consumer; returns when all are safe. */
    void give(List<Result> results) throws IOException, InterruptedException {
        for (int number = 0; number < consumers.size(); number++) {
            List<Result> share = consumers.size() == 1 ? results : share(results, number);
            if (!share.isEmpty()) consumers.get(number).give(share);
        }
    }

    private List<Result> share(List<Result> results, int number) {
        List<Result> share = new ArrayList<>();
        for (Result result : results) {
            // What is of no session is the first one's.
            int owner = result.session() == null ? 0 : (int) Long.remainderUnsigned(Shards.hash(result.session()), consumers.size());
            if (result.isOfStream() || owner == number) share.add(result);
        }
        return share;
    }

    /** One consumer, and the connection to it. */
    private static final class Consumer {
        private final Endpoint endpoint;
        private final byte[] identity = new byte[16];
        private Selector selector;
        private Zmtp socket;
        private long number;

        Consumer(Endpoint endpoint) {
            this.endpoint = endpoint;
            new SecureRandom().nextBytes(identity);
            identity[0] = 1; // 0 is libzmq's own
        }

        void give(List<Result> results) throws IOException, InterruptedException {
            byte[][] frames = {"PUT".getBytes(StandardCharsets.US_ASCII), ByteBuffer.allocate(8).putLong(++number).array(), lines(results)};
            long saidAt = System.nanoTime() - SAID + 5_000_000_000L;
            while (true) {
                String problem = "";
                try {
                    if (put(frames)) return;
                } catch (IOException e) {
                    problem = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                    close();
                    Thread.sleep(RECONNECT);
                }
                long now = System.nanoTime();
                if (now - saidAt < SAID) continue;
                saidAt = now;
                LOG.warn("{} doesn't take results ({}); waiting until it does", endpoint, problem);
            }
        }

        private static byte[] lines(List<Result> results) {
            int size = results.size() - 1;
            for (Result result : results) size += result.json().length;
            ByteBuffer lines = ByteBuffer.allocate(size);
            for (Result result : results) {
                if (lines.position() > 0) lines.put((byte) '\n');
                lines.put(result.json());
            }
            return lines.array();
        }

        /** What a consumer won't take, however often it is sent: the job fails, and isn't started again. */
        private SuppressRestartsException refused(List<byte[]> answer) {
            String said = answer.size() > 2 ? new String(answer.get(2), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ") : "";
            String reason = said.isEmpty() ? "" : ": " + said.substring(0, Math.min(said.length(), LONGEST_REASON));
            String words = endpoint + " refuses results, and always will" + reason + ". The job isn't started again (docs/flink.md)";
            LOG.error("{}", words);
            return new SuppressRestartsException(new IOException(words));
        }

        /** Returns whether it has been taken. */
        private boolean put(byte[][] frames) throws IOException, InterruptedException {
            long now = System.nanoTime(), end = now + PATIENCE;
            if (selector == null) selector = Selector.open();
            if (socket == null) socket = new Zmtp(endpoint, Zmtp.Type.DEALER, identity, LARGEST_ANSWER, selector, null, now);
            boolean isSent = false;
            for (; now - end < 0; now = System.nanoTime()) {
                socket.poll(now);
                if (socket.isReady() && !isSent) {
                    socket.send(frames);
                    isSent = true;
                }
                for (List<byte[]> answer; (answer = socket.receive()) != null; ) {
                    if (answer.size() < 2 || !Arrays.equals(answer.get(1), frames[1])) continue;
                    String word = new String(answer.get(0), StandardCharsets.UTF_8);
                    if (word.equals("OK")) return true;
                    if (word.equals("NO")) throw refused(answer);
                }
                selector.select(key -> { }, 100);
                if (Thread.interrupted()) throw new InterruptedException();
            }
            throw new IOException("no answer");
        }

        void close() {
            if (socket != null) socket.close();
            socket = null;
            try { if (selector != null) selector.close(); } catch (IOException e) { /* it is gone either way */ }
            selector = null;
        }
    }

    @Override public void close() { consumers.forEach(Consumer::close); }
}
