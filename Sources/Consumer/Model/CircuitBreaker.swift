/// Not asking a server that is down, and noticing when it is back.

/// Opens after some failures in a row; then lets a single question through from time to time, at growing intervals,
/// until one is answered. Pure: the time comes from the caller.
struct CircuitBreaker: Sendable {
    private static let failuresToOpen = 5
    private static let shortestPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(30)

    private var failures = 0
    private var pause = CircuitBreaker.shortestPause
    private var closedUntil: ContinuousClock.Instant?
    private var isProbing = false
    /// Why the last question failed.
    private(set) var reason = ""

    /// Whether a question may be asked now. While the breaker is open, one that may is a probe: others wait for it.
    mutating func mayAsk(at now: ContinuousClock.Instant) -> Bool {
        guard let until = closedUntil else { return true }
        guard now >= until else { return false }
        closedUntil = now + pause
        isProbing = true
        return true
    }

    mutating func succeeded() { self = CircuitBreaker() }

    mutating func failed(_ reason: String, at now: ContinuousClock.Instant) {
        self.reason = reason
        failures += 1
        guard failures >= Self.failuresToOpen else { return }
        // Questions that were under way when it opened fail, too; only a probe's failure makes the pause longer.
        if isProbing { pause = min(pause * 2, Self.longestPause) }
        isProbing = false
        closedUntil = now + pause
    }
}
