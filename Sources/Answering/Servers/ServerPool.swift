/// Which server is asked next.

/// Spreads questions over servers: to the one with the fewest under way, never more than a limit each, and to none whose
/// breaker is open. Pure: the time comes from the caller, and the asking is done elsewhere.
struct ServerPool: Sendable {
    /// Which server is asked, and whether to find out if it is back. To be given back when the question has ended.
    struct Ticket: Hashable, Sendable {
        var server: Int
        var isProbe = false
    }

    enum Choice: Hashable, Sendable {
        case ask(Ticket)
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
        members[best].inFlight += 1
        turn = best + 1
        return .ask(Ticket(server: best, isProbe: members[best].breaker.begin()))
    }

    // MARK: How it ended

    mutating func succeeded(_ ticket: Ticket) {
        members[ticket.server].inFlight -= 1
        members[ticket.server].breaker.succeeded()
    }

    /// The question was withdrawn, or had no time left: that says nothing about the server.
    mutating func abandoned(_ ticket: Ticket) {
        members[ticket.server].inFlight -= 1
        members[ticket.server].breaker.abandoned(isProbe: ticket.isProbe)
    }

    /// - Parameter isServersFault: it says something about the server, not only about the question.
    mutating func failed(_ ticket: Ticket, _ reason: String, isServersFault: Bool, at now: ContinuousClock.Instant) {
        self.reason = reason
        members[ticket.server].inFlight -= 1
        if isServersFault {
            members[ticket.server].breaker.failed(reason, isProbe: ticket.isProbe, at: now)
        } else {
            // It has answered something.
            members[ticket.server].breaker.succeeded()
        }
    }
}
