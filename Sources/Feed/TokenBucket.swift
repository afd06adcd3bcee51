/// How often something may happen.

/// A token bucket: `burst` at once, and then one after each `interval`. Pure; whoever uses it says what time it is.
public struct TokenBucket: Sendable {
    private let burst: Int
    private let interval: Duration
    private var tokens: Int
    private var refilled: ContinuousClock.Instant

    public init(burst: Int, interval: Duration, now: ContinuousClock.Instant) {
        self.burst = burst
        self.interval = interval
        tokens = burst
        refilled = now
    }

    /// Puts in what has been earned since the last time.
    public mutating func refill(_ now: ContinuousClock.Instant) {
        guard tokens < burst else {
            refilled = now
            return
        }
        let earned = Int((now - refilled) / interval)
        guard earned > 0 else { return }
        tokens = min(tokens + earned, burst)
        refilled += interval * earned
    }

    /// - Returns: whether there was a token, which is taken out.
    public mutating func take() -> Bool {
        guard tokens > 0 else { return false }
        tokens -= 1
        return true
    }
}
