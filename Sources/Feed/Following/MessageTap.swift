/// Where messages come in that nobody has to have.
import ZeroMQ

/// Live messages of some inputs as they come, without asking for those that are missed: for whoever wants to see them at once,
/// and has them again with their windows. Used by the thread that made it and by no other.
public final class MessageTap {
    /// One message, valid for a call.
    public struct Message {
        /// Which of the endpoints it came from, counted from 0.
        public let input: Int
        /// Its stream and its number there; nil where the publisher doesn't number.
        public let place: (stream: String, sequence: UInt64)?
        public let line: UnsafeRawBufferPointer
    }

    private let connections: [Connection]
    private var frames = LiveFrames()
    /// Whose turn it is.
    private var turn = 0

    /// Connects to each endpoint; publishers may come later.
    ///
    /// - Throws: ``ZMQError`` when an endpoint can't be understood.
    public init(endpoints: [String], in context: FeedContext) throws(ZMQError) {
        var connections: [Connection] = []
        for endpoint in endpoints {
            let socket = try FeedSocket.subscriber(largestRecord: FeedSocket.largestInputRecord, in: context)
            try socket.subscribe(to: Topic.message)
            connections.append(try Connection(socket, to: endpoint, in: context))
        }
        self.connections = connections
    }

    public func watch(in poller: inout Poller) { for connection in connections { _ = poller.add(connection.socket) } }

    /// Looks after the connections: to be called every second or so.
    public func look() throws(ZMQError) { for connection in connections { try connection.look(at: .now) } }

    /// Takes its subscriptions back: for whoever publishes, nobody is there. What has come by then is thrown away.
    public func rest() throws(ZMQError) {
        for connection in connections { try connection.socket.unsubscribe(from: Topic.message) }
        // No more than there is room for.
        for _ in 0..<FeedSocket.liveQueue * connections.count { guard try receive({ _ in }) else { return } }
    }

    /// Subscribes again.
    public func goOn() throws(ZMQError) {
        for connection in connections { try connection.socket.subscribe(to: Topic.message) }
    }

    /// Calls `body` with what has come next, if there is something. Never blocks.
    ///
    /// - Returns: whether there was something.
    public func receive(_ body: (Message) -> Void) throws(ZMQError) -> Bool {
        for _ in connections {
            let input = turn % connections.count
            turn &+= 1
            let count = try frames.receive(from: connections[input].socket)
            guard count > 0 else { continue }
            frames.withBytes { _, payload, position in
                if count == 2 { return body(Message(input: input, place: nil, line: payload)) }
                // Anything else isn't of this protocol.
                guard count == 3, let sequence = Position.sequence(position) else { return }
                let stream = String(decoding: Position.stream(position), as: UTF8.self)
                body(Message(input: input, place: (stream, sequence), line: payload))
            }
            return true
        }
        return false
    }
}
