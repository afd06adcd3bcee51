/// Which server is asked next.

/// Spreads questions over servers: to the one with the fewest under way, never more than a limit each, and to none whose
/// breaker is open. Pure: the time comes from the caller, and the asking is done elsewhere.
struct ServerPool: Sendable {
    enum Choice: Hashable, Sendable {
        /// Ask this one, and tell the pool how it ended.
        case ask(Int)
        /// Those that could be asked have enough to do.
        case wait
        /// There is none to ask.
        case nobody
    }

    private struct Member: Sendable {
        var breaker = CircuitBreaker()
        var inFlight = 0
    }

    private var members: [Member]
    private let limit: Int
    /// Where the search begins, so that servers that are equally busy take turns.
    private var turn = 0
    /// Why the last question failed that did.
    private(set) var reason = ""

    /// - Parameter limit: questions under way at one server.
    init(count: Int, limit: Int) {
        members = Array(repeating: Member(), count: count)
        self.limit = limit
    }

    /// - Parameter tried: servers that this question isn't put to any more.
    mutating func choose(without tried: Set<Int>, at now: ContinuousClock.Instant) -> Choice {
        var best: Int?
        var isWorthWaiting = false
        for offset in members.indices {
            let index = (turn + offset) % members.count
            guard !tried.contains(index), members[index].breaker.admits(at: now) else { continue }
            if members[index].inFlight >= limit {
                isWorthWaiting = true
            } else if best.map({ members[index].inFlight < members[$0].inFlight }) ?? true {
                best = index
            }
        }
        guard let best else { return isWorthWaiting ? .wait : .nobody }
        members[best].breaker.begin()
        members[best].inFlight += 1
        turn = best + 1
        return .ask(best)
    }

    // MARK: How it ended

    mutating func succeeded(_ index: Int) {
        members[index].inFlight -= 1
        members[index].breaker.succeeded()
    }

    /// The question was withdrawn.
    mutating func abandoned(_ index: Int) {
        members[index].inFlight -= 1
        members[index].breaker.abandoned()
    }

    /// - Parameter isServersFault: it says something about the server, not only about the question.
    mutating func failed(_ index: Int, _ reason: String, isServersFault: Bool, at now: ContinuousClock.Instant) {
        self.reason = reason
        members[index].inFlight -= 1
        if isServersFault {
            members[index].breaker.failed(reason, at: now)
        } else {
            // It has answered something.
            members[index].breaker.succeeded()
        }
    }
}
