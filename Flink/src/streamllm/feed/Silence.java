package streamllm.feed;

/** Adds up how long nothing has been heard, in nanoseconds. A value; its owner has the clock. */
final class Silence {
    /** A look counts at most this much: when this process was stopped or busy, what was sent meanwhile may still be on its way. */
    private static final long LONGEST_LOOK = 1_500_000_000L;

    private final long limit;
    private long silent, lastLook;
    private boolean isReported;

    Silence(long limit, long now) {
        this.limit = limit;
        lastLook = now;
    }

    /** Returns whether it has become too long now. */
    boolean look(long now, boolean wasHeard) {
        long passed = now - lastLook;
        lastLook = now;
        if (wasHeard) {
            silent = 0;
            isReported = false;
            return false;
        }
        silent += Math.min(passed, LONGEST_LOOK);
        if (silent < limit || isReported) return false;
        isReported = true;
        return true;
    }

    /** It has become too long, and nothing has been heard since. */
    boolean isReported() { return isReported; }
}
