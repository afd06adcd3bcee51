/// How long a publisher has been silent.

/// Adds up silence from one look to the next. Pure; the caller has the clock.
struct Silence {
    /// A look counts at most this much. When this process was stopped, or was busy elsewhere, a look comes late, and what
    /// was sent in the meantime may still be on its way: that isn't silence.
    private static let longestLook = Duration.milliseconds(1500)

    private let limit: Duration?
    private var silent = Duration.zero
    private var lastLook: ContinuousClock.Instant
    /// It has become idle, and nothing has been heard since.
    private(set) var isReported = false

    /// - Parameter limit: after so long a publisher counts as idle; nil: never.
    init(limit: Duration?, now: ContinuousClock.Instant) {
        self.limit = limit
        lastLook = now
    }

    /// Looks at the clock.
    ///
    /// - Parameter wasHeard: something has come since the last look.
    /// - Returns: whether the publisher has become idle now.
    mutating func look(_ now: ContinuousClock.Instant, wasHeard: Bool) -> Bool {
        let passed = now - lastLook
        lastLook = now
        if wasHeard {
            silent = .zero
            isReported = false
            return false
        }
        silent += min(passed, Self.longestLook)
        guard let limit, silent >= limit, !isReported else { return false }
        isReported = true
        return true
    }

    /// Whether silence has a limit at all.
    var isLimited: Bool { limit != nil }

    /// How long it is until the publisher counts as idle, unless something comes; nil when it can't become so.
    var timeToLimit: Duration? { isReported ? nil : limit.map { max(.zero, $0 - silent) } }
}
