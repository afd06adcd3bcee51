package streamllm.feed;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where hosts are. A name server that doesn't answer takes many seconds of whoever asks it: each name has a thread of its own for
 * that, and who connects waits a moment at most, and tries again later.
 */
final class Names {
    /** What was said is asked for again after this. In nanoseconds. */
    private static final long FRESH = 5_000_000_000L;
    /** In milliseconds: how long who asks first waits. Most answers are there by then. */
    private static final long MOMENT = 100;
    /** Those that have been answered are forgotten then: names come from options, and from publishers on the same host. */
    private static final int MOST = 1000;

    private record Lookup(CompletableFuture<InetAddress> answer, long since) {}

    private static final Map<String, Lookup> LOOKUPS = new HashMap<>();

    private Names() {}

    static InetAddress find(String host) throws UnknownHostException {
        Lookup lookup = lookup(host);
        try {
            // Only who asks first waits.
            boolean isNew = System.nanoTime() - lookup.since < TimeUnit.MILLISECONDS.toNanos(MOMENT);
            return lookup.answer.get(isNew ? MOMENT : 0, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new UnknownHostException("nobody has said yet where " + host + " is");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException(host);
        } catch (ExecutionException e) { throw new UnknownHostException("nobody knows where " + host + " is"); }
    }

    private static synchronized Lookup lookup(String host) {
        long now = System.nanoTime();
        Lookup known = LOOKUPS.get(host);
        if (known != null && (!known.answer.isDone() || now - known.since < FRESH)) return known;
        if (LOOKUPS.size() >= MOST) LOOKUPS.values().removeIf(old -> old.answer.isDone());
        Lookup lookup = new Lookup(new CompletableFuture<>(), now);
        LOOKUPS.put(host, lookup);
        Thread asker = new Thread(() -> {
            try {
                lookup.answer.complete(InetAddress.getByName(host));
            } catch (UnknownHostException | RuntimeException e) { lookup.answer.completeExceptionally(e); }
        }, "feed-names");
        asker.setDaemon(true);
        asker.start();
        return lookup;
    }
}
