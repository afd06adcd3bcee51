/// Where pieces of answers come in.
import ZeroMQ

/// Sockets of their own for what isn't kept, since a follower takes kept records alone. Used by the thread that made it
/// and by no other.
public final class TokenSocket {
    /// Pieces taken in one go before records get their turn.
    public static let tokensPerTurn = 1000

    private let connections: [Connection]
    private var frames = LiveFrames()
    /// Whose turn it is.
    private var turn = 0

    /// Connects to each endpoint; publishers may come later.
    ///
    /// - Parameter session: whose pieces are wanted; nil: everybody's. Topics are matched by prefix, so some of others
    ///   come too.
    /// - Throws: ``ZMQError`` when an endpoint can't be understood.
    public init(endpoints: [String], session: String?, in context: Context) throws(ZMQError) {
        let topic = session.map { String(decoding: Topic.make("token/", $0), as: UTF8.self) } ?? Topic.token
        var connections: [Connection] = []
        for endpoint in endpoints {
            let socket = try FeedSocket.tokens(in: context)
            try socket.subscribe(to: topic)
            connections.append(try Connection(socket, to: endpoint, in: context))
        }
        self.connections = connections
    }

    public func watch(in poller: inout Poller) { for connection in connections { _ = poller.add(connection.socket) } }

    /// Looks after the connections: to be called every second or so.
    public func look() throws(ZMQError) { for connection in connections { try connection.look(at: .now) } }

    /// The payload of the next piece; nil when none is there. Never blocks.
    public func next() throws(ZMQError) -> [UInt8]? {
        for _ in connections {
            let connection = connections[turn % connections.count]
            while case let count = try frames.receive(from: connection.socket), count > 0 {
                // Anything else isn't of this protocol.
                if count == 3, let payload = frames.unkeptPayload { return payload }
            }
            turn &+= 1
        }
        return nil
    }
}
