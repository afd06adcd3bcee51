/// What clients have been sent and may not have read.

/// The bytes of answers that may still wait in this process, so that clients who ask and don't read can't fill it. Pure: the
/// time comes from the caller.
///
/// libzmq keeps two answers of a client at most (``FeedSocket/answerQueue``): it takes a new one only once the one before it is
/// on its way to the system. So the last two that it took are what counts.
struct UnreadAnswers {
    /// All clients' answers together, in bytes. The answer that passes it still goes out, whatever its size: a single record
    /// can be larger than this.
    static let limit = 64 << 20
    /// Answers up to this size, in bytes, are always sent, and not counted: followers get on even when somebody else has
    /// taken all the room. A process has some thousand connections at most, and two such answers for each.
    static let small = 64 << 10
    /// After this long an answer isn't counted any more: it has been read, or the connection is gone
    /// (``FeedSocket/userTimeout``), and some time has passed until that was noticed.
    static let patience = FeedSocket.userTimeout + .seconds(15)

    private struct Client {
        var last: Int
        var before: Int
        var at: ContinuousClock.Instant
    }

    private var clients: [[UInt8]: Client] = [:]
    /// Of all clients, in bytes.
    private(set) var total = 0

    /// How many bytes the next answer to a client may have, without what ``small`` allows it anyway; 0 where there is no room.
    mutating func room(for client: [UInt8], at now: ContinuousClock.Instant) -> Int {
        if room(for: client) < Self.limit / 2 { forget(before: now - Self.patience) }
        return max(0, room(for: client))
    }

    private func room(for client: [UInt8]) -> Int { Self.limit - total + (clients[client]?.before ?? 0) }

    /// libzmq has taken an answer of so many bytes.
    mutating func sent(_ bytes: Int, to client: [UInt8], at now: ContinuousClock.Instant) {
        let counted = bytes > Self.small ? bytes : 0
        let old = clients[client]
        let new = Client(last: counted, before: old?.last ?? 0, at: now)
        total += new.last - (old?.before ?? 0)
        clients[client] = new.last + new.before > 0 ? new : nil
    }

    private mutating func forget(before limit: ContinuousClock.Instant) {
        clients = clients.filter { $1.at > limit }
        total = clients.values.reduce(0) { $0 + $1.last + $1.before }
    }
}
