/// Feedback that is under way.

/// What has been sent and not answered. A consumer that is killed loses it, so it is sent again under the same id until there is an
/// answer; the consumer knows what it has already. Pure: the time comes from the caller.
struct PendingSubmissions<Waiter> {
    /// After so long without an answer it is sent again.
    static var interval: Duration { .seconds(2) }
    /// So long an answer is waited for. Who has asked may ask again.
    static var patience: Duration { .seconds(10) }
    /// Beyond that no more is taken.
    static var most: Int { 1_000 }

    private struct Pending {
        let line: [UInt8]
        var waiters: [Waiter]
        var due: ContinuousClock.Instant
        let end: ContinuousClock.Instant
    }

    private var pending: [[UInt8]: Pending] = [:]

    var isEmpty: Bool { pending.isEmpty }

    enum Addition {
        case taken
        /// There is too much already; nothing is taken.
        case full
        /// Something else is under way under the same id; nothing is taken.
        case other
    }

    mutating func add(_ id: [UInt8], _ line: [UInt8], _ waiter: Waiter, at now: ContinuousClock.Instant) -> Addition {
        if pending[id] != nil {
            guard pending[id]?.line == line else { return .other }
            pending[id]?.waiters.append(waiter)
            return .taken
        }
        guard pending.count < Self.most else { return .full }
        pending[id] = Pending(line: line, waiters: [waiter], due: now, end: now + Self.patience)
        return .taken
    }

    /// What is to be sent now.
    mutating func due(at now: ContinuousClock.Instant) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for (id, one) in pending where one.due <= now {
            lines.append(one.line)
            pending[id]?.due = now + Self.interval
        }
        return lines
    }

    /// An answer has come.
    ///
    /// - Returns: who waits for it.
    mutating func answered(_ id: [UInt8]) -> [Waiter] { pending.removeValue(forKey: id)?.waiters ?? [] }

    /// Those that have waited for too long; all of them, where nothing comes any more.
    mutating func takeOver(at now: ContinuousClock.Instant, all: Bool = false) -> [Waiter] {
        let over = pending.filter { all || $0.value.end <= now }
        for id in over.keys { pending[id] = nil }
        return over.values.flatMap(\.waiters)
    }

    /// How long nothing has to be done.
    func patience(at now: ContinuousClock.Instant) -> Duration {
        pending.values.map { min($0.due, $0.end) }.min().map { max(.zero, $0 - now) } ?? .seconds(3600)
    }
}
