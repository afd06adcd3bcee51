/// The socket that live messages come by.
import ZeroMQ

/// A SUB socket that knows bytes, and nothing of what they mean. Used by the thread that made it and by no other.
final class LiveSocket {
    private let connection: Connection
    private var isSubscribedToRecords = false
    private var frames = LiveFrames()

    /// Connects, and subscribes to control.
    ///
    /// - Parameter largestRecord: a larger frame ends the connection, in bytes.
    init(_ endpoint: String, largestRecord: Int, in context: FeedContext) throws(ZMQError) {
        let socket = try FeedSocket.subscriber(largestRecord: largestRecord, in: context)
        try socket.subscribe(to: Topic.control)
        connection = try Connection(socket, to: endpoint, in: context)
    }

    func watch(in poller: inout Poller) { _ = poller.add(connection.socket) }

    func subscribe(toRecords isWanted: Bool) throws(ZMQError) {
        guard isWanted != isSubscribedToRecords else { return }
        isSubscribedToRecords = isWanted
        if isWanted { try connection.socket.subscribe(to: "") } else { try connection.socket.unsubscribe(from: "") }
    }

    /// Whether the connection is another than at the last call. To be asked every second or so, and before messages are
    /// received: what a new one has brought comes after.
    func isConnectedAnew(_ now: ContinuousClock.Instant) throws(ZMQError) -> Bool {
        try connection.look(at: now)
    }

    /// Whether a publisher is connected now.
    var isThere: Bool { connection.isThere }

    /// Whether somebody listens there who doesn't answer.
    var isSilent: Bool { connection.isSilent }

    /// Why there is no connection, where it is keys.
    var refusal: FollowingProblem? { connection.refusal }

    /// How often whoever listens there was given up by libzmq, and connected to anew.
    var givenUp: Int { connection.givenUp }

    /// Calls `body` with the next message, if there is one. Never blocks.
    ///
    /// - Returns: whether there was one.
    @inline(__always)
    func receive(_ body: (LiveMessage) -> Void) throws(ZMQError) -> Bool {
        let count = try frames.receive(from: connection.socket)
        guard count > 0 else { return false }
        frames.withBytes { topic, payload, position in
            body(LiveMessage(frames: count, topic: topic, payload: payload, position: position))
        }
        return true
    }
}
