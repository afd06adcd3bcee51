/// Which server is asked next.
import Records

/// Spreads questions over servers: to the one with the fewest under way, never more than a limit each, and to none whose
/// breaker is open. Of those that are equally busy a session gets the same one each time: what the server has computed for the
/// beginning of its prompts may still be there. Pure: the time comes from the caller, and the asking is done elsewhere.
struct ServerPool: Sendable {
    /// Which server is asked, and whether to find out if it is back. To be given back when the question has ended.
    struct Ticket: Hashable, Sendable {
        var server: Int
        var isProbe = false
    }

    enum Choice: Hashable, Sendable {
        case ask(Ticket)
        /// Those that could be asked have enough to do, or aren't ready yet; nil: until one is free.
        case wait(until: ContinuousClock.Instant?)
        /// There is none to ask.
        case nobody
    }

    private struct Member: Sendable {
        var breaker = CircuitBreaker()
        var inFlight = 0
        /// It isn't ready yet: since when, how often it has said so, and until when it is left alone.
        var rest: (since: ContinuousClock.Instant, times: Int, until: ContinuousClock.Instant)?
        /// It has answered.
        var wasReady = false
        /// Why its last question failed, if it did.
        var error: String?
    }

    private static let shortestRest = Duration.milliseconds(125)
    private static let longestRest = Duration.seconds(2)

    private var members: [Member]
    private let limit: Int
    /// Where the search begins, so that servers that are equally busy take turns where no session is known.
    private var turn = 0
    /// Why the last question failed that did.
    private(set) var reason = ""

    /// - Parameter limit: questions under way at one server.
    init(count: Int, limit: Int) {
        members = Array(repeating: Member(), count: count)
        self.limit = limit
    }

    /// - Parameters:
    ///   - affinity: that of the question's session.
    ///   - tried: servers that this question isn't put to any more.
    mutating func choose(
        for affinity: Affinity? = nil, without tried: Set<Int>, at now: ContinuousClock.Instant
    ) -> Choice {
        var best: Int?
        var isWorthWaiting = false
        var soonest: ContinuousClock.Instant?
        for offset in members.indices {
            let index = (turn + offset) % members.count
            guard !tried.contains(index), members[index].breaker.admits(at: now) else { continue }
            if members[index].inFlight >= limit {
                isWorthWaiting = true
            } else if let rest = members[index].rest, rest.until > now {
                isWorthWaiting = true
                soonest = min(soonest ?? rest.until, rest.until)
            } else if best.map({ isBetter(index, than: $0, for: affinity) }) ?? true {
                best = index
            }
        }
        guard let best else { return isWorthWaiting ? .wait(until: soonest) : .nobody }
        members[best].inFlight += 1
        turn = best + 1
        return .ask(Ticket(server: best, isProbe: members[best].breaker.begin()))
    }

    /// How each server is doing.
    var readings: [(state: WorkspaceStatus.Server.State, inFlight: Int, error: String?)] {
        members.map { member in
            let state: WorkspaceStatus.Server.State =
                if !member.breaker.isClosed { .down } else if member.error != nil { .failing } else if member.wasReady {
                    .ready
                } else { .unasked }
            return (state, member.inFlight, member.error)
        }
    }

    private func isBetter(_ one: Int, than other: Int, for affinity: Affinity?) -> Bool {
        let (load, otherLoad) = (members[one].inFlight, members[other].inFlight)
        guard load == otherLoad, let affinity else { return load < otherLoad }
        return affinity.weight(of: one) > affinity.weight(of: other)
    }

    // MARK: How it ended

    mutating func succeeded(_ ticket: Ticket) {
        members[ticket.server].inFlight -= 1
        members[ticket.server].breaker.succeeded()
        members[ticket.server].rest = nil
        members[ticket.server].wasReady = true
        members[ticket.server].error = nil
    }

    /// The server isn't ready yet. It is left alone for a while, longer each time, and then asked again; when that has gone on
    /// for too long, it counts as one that is down.
    ///
    /// - Parameters:
    ///   - wish: how long it wants to be left alone.
    ///   - limit: for how long it is waited for.
    ///   - absence: nobody listens there: if nobody ever has, it may not be there at all, and is waited for no longer than this.
    /// - Returns: whether the question can wait for it.
    mutating func notYet(
        _ ticket: Ticket, _ reason: String, wish: Duration?, limit: Duration, absence: Duration?,
        at now: ContinuousClock.Instant
    ) -> Bool {
        var member = members[ticket.server]
        let since = member.rest?.since ?? now
        let times = (member.rest?.times ?? 0) + 1
        // What it wishes is a hint: one that wants more time than there is, is asked now and then.
        let wished = wish.map { $0 < limit ? $0 : limit / 4 } ?? .zero
        let pause = max(min(Self.shortestRest * (1 << min(times - 1, 4)), Self.longestRest), wished)
        let longest = member.wasReady ? limit : min(limit, absence ?? limit)
        guard member.breaker.isClosed, now + pause < since + longest else {
            // One that has been waited for isn't asked any more for a while.
            failed(ticket, reason, isServersFault: true, isFinal: member.rest != nil, at: now)
            members[ticket.server].rest = nil
            return false
        }
        self.reason = reason
        member.error = reason
        member.inFlight -= 1
        member.rest = (since, times, now + pause)
        members[ticket.server] = member
        return true
    }

    /// The question was withdrawn, or had no time left: that says nothing about the server.
    mutating func abandoned(_ ticket: Ticket) {
        members[ticket.server].inFlight -= 1
        members[ticket.server].breaker.abandoned(isProbe: ticket.isProbe)
    }

    /// - Parameters:
    ///   - isServersFault: it says something about the server, not only about the question.
    ///   - isFinal: the server has been waited for in vain, and isn't asked any more for a while.
    mutating func failed(
        _ ticket: Ticket, _ reason: String, isServersFault: Bool, isFinal: Bool = false,
        at now: ContinuousClock.Instant
    ) {
        self.reason = reason
        members[ticket.server].error = reason
        members[ticket.server].inFlight -= 1
        if isServersFault {
            members[ticket.server].breaker.failed(reason, isProbe: ticket.isProbe, isFinal: isFinal, at: now)
        } else {
            // It has answered something.
            members[ticket.server].breaker.succeeded()
            members[ticket.server].rest = nil
            members[ticket.server].wasReady = true
        }
    }
}
