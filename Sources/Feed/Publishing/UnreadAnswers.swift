/// What clients have been sent and may not have read.

/// The bytes of answers that may still wait in this process, so that clients who ask and don't read can't fill it. Pure: the
/// time comes from the caller.
///
/// libzmq keeps two answers for a connection at most (``FeedSocket/answerQueue``): it takes a new one only once the one before it
/// is on its way to the system. So the last two that it took are what counts. It is connections that count, and not names: one
/// that comes under the name of another takes its place, and what waits for the other still waits (ZMQ_ROUTER_HANDOVER).
struct UnreadAnswers {
    /// All clients' answers together, in bytes. The answer that passes it still goes out, whatever its size: a single record
    /// can be larger than this.
    static let limit = 64 << 20
    /// No answer takes more than this part of what is left: the more waits, the smaller answers become, and there is something
    /// left for whoever reads.
    private static let share = 8
    /// Answers up to this size, in bytes, are always sent, and not counted: followers get on even when somebody else has
    /// taken all the room. A process has some thousand connections at most, and two such answers for each.
    static let small = 64 << 10
    /// After this long an answer isn't counted any more: it has been read, or the connection is gone
    /// (``FeedSocket/userTimeout``), and some time has passed until that was noticed.
    static let patience = FeedSocket.userTimeout + .seconds(15)

    /// Where answers wait.
    struct Connection: Hashable {
        /// The routing id, which a client chooses.
        let client: [UInt8]
        /// Whose key it has; nil where no keys are asked for.
        let name: String?
        /// Its file descriptor; nil where that isn't known.
        let descriptor: Int32?

        /// By which it is known again: nobody takes another's place whose key he hasn't.
        var identity: [UInt8] { name.map { Array($0.utf8) + [0] + client } ?? client }
    }

    private struct Answers {
        var last: Int
        var before: Int
        var at: ContinuousClock.Instant
    }

    private var connections: [Connection: Answers] = [:]
    /// Of all connections, in bytes.
    private(set) var total = 0

    /// How many bytes the next answer through a connection may have; 0 where that would be less than ``small``, which is allowed
    /// anyway.
    mutating func room(for connection: Connection, at now: ContinuousClock.Instant) -> Int {
        if left(for: connection) < Self.limit / 2 { forget(before: now - Self.patience) }
        let room = left(for: connection) / Self.share
        return room > Self.small ? room : 0
    }

    private func left(for connection: Connection) -> Int {
        Self.limit - total + (connections[connection]?.before ?? 0)
    }

    /// libzmq has taken an answer of so many bytes.
    mutating func sent(_ bytes: Int, to connection: Connection, at now: ContinuousClock.Instant) {
        let counted = bytes > Self.small ? bytes : 0
        let old = connections[connection]
        let new = Answers(last: counted, before: old?.last ?? 0, at: now)
        total += new.last - (old?.before ?? 0)
        connections[connection] = new.last + new.before > 0 ? new : nil
    }

    private mutating func forget(before limit: ContinuousClock.Instant) {
        connections = connections.filter { $1.at > limit }
        total = connections.values.reduce(0) { $0 + $1.last + $1.before }
    }
}
