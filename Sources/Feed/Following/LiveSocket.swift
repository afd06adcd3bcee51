/// The socket that live messages come by.
import ZeroMQ

/// A SUB socket that knows bytes, and nothing of what they mean. Used by the thread that made it and by no other.
final class LiveSocket {
    let socket: Socket
    private var monitor: HandshakeMonitor
    private var connections = 0
    private var isSubscribedToRecords = false
    private var frames = LiveFrames()

    /// Connects, and subscribes to control.
    ///
    /// - Parameter largestRecord: a larger frame ends the connection, in bytes.
    init(_ endpoint: String, largestRecord: Int, in context: Context) throws(ZMQError) {
        socket = try FeedSocket.subscriber(largestRecord: largestRecord, in: context)
        monitor = try HandshakeMonitor(of: socket, in: context)
        try socket.subscribe(to: Topic.control)
        try socket.connect(endpoint)
    }

    func subscribe(toRecords isWanted: Bool) throws(ZMQError) {
        guard isWanted != isSubscribedToRecords else { return }
        isSubscribedToRecords = isWanted
        if isWanted { try socket.subscribe(to: "") } else { try socket.unsubscribe(from: "") }
    }

    /// Whether the connection is another than at the last call. To be asked before messages are received: what a new one
    /// has brought comes after.
    func isConnectedAnew() throws(ZMQError) -> Bool {
        let made = try monitor.newConnections()
        defer { connections += made }
        return made > 0 && connections + made > 1
    }

    /// Calls `body` with the next message, if there is one. Never blocks.
    ///
    /// - Returns: whether there was one.
    @inline(__always)
    func receive(_ body: (LiveMessage) -> Void) throws(ZMQError) -> Bool {
        let count = try frames.receive(from: socket)
        guard count > 0 else { return false }
        frames.withBytes { topic, payload, position in
            body(LiveMessage(frames: count, topic: topic, payload: payload, position: position))
        }
        return true
    }
}
