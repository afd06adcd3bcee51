/// Not asking a server that is down, and noticing when it is back.

/// Opens after some failures in a row; then lets a single question through from time to time, at growing intervals,
/// until one is answered. Pure: the time comes from the caller.
struct CircuitBreaker: Hashable, Sendable {
    private static let failuresToOpen = 5
    private static let shortestPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(30)

    private var failures = 0
    private var pause = CircuitBreaker.shortestPause
    private var openUntil: ContinuousClock.Instant?
    /// A question is under way that shall show whether the server is back.
    private var isProbing = false
    /// Why the last question failed.
    private(set) var reason = ""

    var isClosed: Bool { openUntil == nil }

    /// Whether a question may be asked now. While the breaker is open, the one that may is a probe: others don't wait for
    /// its end.
    func admits(at now: ContinuousClock.Instant) -> Bool {
        guard let openUntil else { return true }
        return now >= openUntil && !isProbing
    }

    /// A question is asked.
    ///
    /// - Returns: whether it is a probe, which is to be said when it has ended.
    mutating func begin() -> Bool {
        isProbing = openUntil != nil
        return isProbing
    }

    mutating func succeeded() { self = CircuitBreaker() }

    /// The question was withdrawn: that says nothing about the server.
    mutating func abandoned(isProbe: Bool) { if isProbe { isProbing = false } }

    /// - Parameter isFinal: it has been waited for already, and opens the breaker at once.
    mutating func failed(
        _ reason: String, isProbe: Bool = false, isFinal: Bool = false, at now: ContinuousClock.Instant
    ) {
        self.reason = reason
        failures = isFinal ? max(failures + 1, Self.failuresToOpen) : failures + 1
        guard failures >= Self.failuresToOpen else { return }
        if isProbe {
            pause = min(pause * 2, Self.longestPause)
            isProbing = false
        } else if openUntil != nil {
            // It was under way when the breaker opened, and says nothing new.
            return
        }
        openUntil = now + pause
    }
}
