/// How long a publisher stays when its stream has ended.

/// Who has asked for replay, and who has said that everything arrived. Pure: the time comes from the caller.
public struct Linger: Sendable {
    /// Client id → whether it has acknowledged the end.
    private var clients: [[UInt8]: Bool] = [:]
    private var lastHeard: ContinuousClock.Instant?
    private let patience: Duration
    private let company: Company

    /// Whether somebody has to come at all.
    public enum Company: Sendable {
        /// A stream without a follower is of no use: one is waited for as patiently as for the rest.
        case expected
        /// Followers are a choice: until this moment, and no longer, one that is being started is waited for.
        case optional(until: ContinuousClock.Instant)
    }

    /// - Parameters:
    ///   - patience: how long without a request the publisher waits for the rest.
    ///   - company: whether it waits for a first follower, too.
    public init(patience: Duration, company: Company = .expected) {
        self.patience = patience
        self.company = company
    }

    /// Whether anybody ever asked.
    public var hasClients: Bool { !clients.isEmpty }

    /// A client asked for something or said that it is still there.
    public mutating func heard(from client: [UInt8], at now: ContinuousClock.Instant) {
        lastHeard = now
        if clients[client] == nil { clients[client] = false }
    }

    /// A client has everything.
    public mutating func acknowledged(by client: [UInt8], at now: ContinuousClock.Instant) {
        lastHeard = now
        clients[client] = true
    }

    /// Whether a stream that ended at `end` may be let go at `now`: every client that ever spoke has acknowledged the
    /// end, or nobody has asked for anything for as long as the patience lasts.
    public func isOver(endedAt end: ContinuousClock.Instant, now: ContinuousClock.Instant) -> Bool {
        if hasClients && clients.values.allSatisfy({ $0 }) { return true }
        return now >= deadline(endedAt: end)
    }

    /// When the patience ends, if nobody asks until then.
    public func deadline(endedAt end: ContinuousClock.Instant) -> ContinuousClock.Instant {
        if !hasClients, case .optional(let until) = company { return max(end, min(until, end + patience)) }
        return max(end, lastHeard ?? end) + patience
    }
}
