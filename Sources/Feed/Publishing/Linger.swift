/// How long a publisher stays when its stream has ended.

/// Who follows a stream, and who has all of it. Pure: the time comes from the caller.
///
/// Nobody on the other side is known, so words alone count for little. Only who has asked for records of this stream, or has
/// its last one, counts at all. A publisher leaves before its patience has ended only when those it waited for have left, and one of them has
/// shown to have the last record.
public struct Linger: Sendable {
    /// So many clients are waited for. Others are answered, and not waited for: each takes some hundred bytes for as long as
    /// the stream runs, and a name costs whoever makes one up nothing.
    public static let clientLimit = 1024
    /// For so long a client may hold the publisher without asking for anything new. Its disk may be full, or its terminal
    /// stopped; it may also be somebody who does nothing but hold.
    public static let longestHold = Duration.seconds(600)

    /// A publisher that has looked at nothing for so long has been stopped: with Ctrl-Z, or with its whole machine. What was said
    /// meanwhile still waits in its sockets, and its patience begins anew.
    public static let longestTurn = Duration.seconds(3)

    /// Whether somebody has to come at all.
    public enum Company: Sendable {
        /// A stream without a follower is of no use: one is waited for as patiently as for the rest.
        case expected
        /// Followers are a choice: until this moment, and no longer, one that is being started is waited for. The publisher's
        /// own ones aren't company.
        case optional(until: ContinuousClock.Instant, own: Int = 0)
    }

    private struct Client {
        /// The furthest record asked for, and when it was asked for first.
        var asked: UInt64
        var askedAt: ContinuousClock.Instant
        /// It has shown to have everything before this number.
        var reached: UInt64
    }

    private let patience: Duration
    private let company: Company
    private let earliest: ContinuousClock.Instant?
    private var clients: [[UInt8]: Client] = [:]
    /// How far the furthest of those had come that have left.
    private var reachedByLeft: UInt64 = 0
    private var lastHeard: ContinuousClock.Instant?
    /// When the publisher looked last, and when it went on after it had been stopped.
    private var lastLook: ContinuousClock.Instant?
    private var resumed: ContinuousClock.Instant?
    /// How many have asked for records, or had them all.
    private var met = 0
    /// Whether anybody ever did.
    public var hasClients: Bool { met > 0 }
    /// Whether there have been more clients than can be waited for.
    public private(set) var isCrowded = false

    /// - Parameters:
    ///   - patience: how long without a request the publisher waits for the rest.
    ///   - company: whether it waits for a first follower, too.
    ///   - earliest: before this it doesn't leave. Followers that were there before it take some tenths of a second to connect,
    ///     and the first one may have all of a short stream by then.
    public init(patience: Duration, company: Company = .expected, earliest: ContinuousClock.Instant? = nil) {
        self.patience = patience
        self.company = company
        self.earliest = earliest
    }

    // MARK: What comes

    /// A client has asked for records of this stream.
    ///
    /// - Parameters:
    ///   - from: the first number it wants: it says that it has those before.
    ///   - next: the number that the next record will have. Who wants more than that has shown nothing.
    ///   - end: when the stream ended, if it has.
    public mutating func asked(
        from: UInt64, next: UInt64, by client: [UInt8], endedAt end: ContinuousClock.Instant?,
        at now: ContinuousClock.Instant
    ) {
        if clients[client] == nil {
            met += 1
            guard clients.count < Self.clientLimit else {
                isCrowded = true
                return
            }
        }
        var state = clients[client] ?? Client(asked: 0, askedAt: now, reached: 0)
        // The same question again may come from somebody whose answer was lost, or who will never take one.
        if from > state.asked {
            state.asked = from
            state.askedAt = now
        }
        if from <= next { state.reached = max(state.reached, from) }
        clients[client] = state
        hear(state, endedAt: end, at: now)
    }

    /// A client has been sent all records before `next` that it asked for.
    public mutating func sent(upTo next: UInt64, to client: [UInt8]) {
        guard let reached = clients[client]?.reached, reached < next else { return }
        clients[client]?.reached = next
    }

    /// A client says that it is busy and not done.
    public mutating func held(
        by client: [UInt8], endedAt end: ContinuousClock.Instant?, at now: ContinuousClock.Instant
    ) {
        if let state = clients[client] { hear(state, endedAt: end, at: now) }
    }

    private mutating func hear(
        _ client: Client, endedAt end: ContinuousClock.Instant?, at now: ContinuousClock.Instant
    ) {
        // Who follows live may not have asked for anything for hours.
        if now < max(client.askedAt, end ?? client.askedAt) + Self.longestHold { lastHeard = now }
    }

    /// A client has everything, or wants no more: it isn't waited for any longer.
    ///
    /// - Parameter last: the number behind the last record, where the client has named that record's fingerprint. Who has it
    ///   from an earlier publisher of the same stream has no reason to ask for anything.
    public mutating func left(_ client: [UInt8], knowing last: UInt64?, at now: ContinuousClock.Instant) {
        let state = clients.removeValue(forKey: client)
        guard state != nil || last != nil else { return }
        if state == nil { met += 1 }
        reachedByLeft = max(reachedByLeft, state?.reached ?? 0, last ?? 0)
        lastHeard = now
    }

    /// The publisher looks at what has come: to be called each turn.
    public mutating func look(at now: ContinuousClock.Instant) {
        if let lastLook, now - lastLook > Self.longestTurn { resumed = now }
        lastLook = now
    }

    // MARK: What follows

    /// Who is there.
    ///
    /// - Parameter next: the number that the next record will have.
    func figures(next: UInt64, at now: ContinuousClock.Instant) -> PublishingFigures {
        var figures = PublishingFigures()
        figures.next = next
        figures.followers = clients.count
        let asking = clients.filter { now - $0.value.askedAt < PublishingFigures.moment && $0.value.reached < next }
        figures.catchingUp = asking.map { client, state in
            PublishingFigures.Follower(name: Self.name(client), lag: next - max(1, state.reached))
        }
        figures.catchingUp.sort { ($0.lag, $1.name) > ($1.lag, $0.name) }
        figures.catchingUp.removeLast(max(0, figures.catchingUp.count - PublishingFigures.mostNamed))
        return figures
    }

    /// A client as people may read it: its key's name, where it has one, and the beginning of its routing id.
    private static func name(_ client: [UInt8]) -> String {
        client.split(separator: 0, maxSplits: 1).map { part in
            // A follower's own begins with a byte that can't be read.
            let part = part.first == 1 ? part.dropFirst() : part
            return part.prefix(16).map { 0x21...0x7E ~= $0 ? String(UnicodeScalar($0)) : "." }.joined()
        }.joined(separator: "/")
    }

    /// Whether a stream that ended at `end` may be let go at `now`: all clients have left, and one of them had everything; or
    /// nobody has asked for anything for as long as the patience lasts.
    ///
    /// - Parameter next: the number behind the last record.
    public func isOver(endedAt end: ContinuousClock.Instant, next: UInt64, now: ContinuousClock.Instant) -> Bool {
        // Of a stream without records there is nothing to show.
        if let earliest, now < earliest { return false }
        let isDone = hasClients && clients.isEmpty && !isCrowded && (reachedByLeft >= next || next == 1)
        return isDone && !waitsForCompany || now >= deadline(endedAt: end)
    }

    /// When the patience ends, if nobody asks until then.
    public func deadline(endedAt end: ContinuousClock.Instant) -> ContinuousClock.Instant {
        if clients.isEmpty, waitsForCompany, case .optional(let until, _) = company {
            return max(end, min(until, end + patience))
        }
        return max(end, lastHeard ?? end, resumed ?? end) + patience
    }

    /// Whether nobody has come yet who is a choice.
    private var waitsForCompany: Bool {
        if case .optional(_, let own) = company { met <= own } else { false }
    }
}
