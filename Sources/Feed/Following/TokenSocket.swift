/// Where news of answers comes in that are being written.
import ZeroMQ

/// Sockets of their own for what isn't kept, since a follower takes kept records alone. Used by the thread that made it
/// and by no other.
public final class TokenSocket {
    /// The payload of something that isn't kept.
    public enum News {
        /// A piece of an answer.
        case token([UInt8])
        /// A question is under way.
        case asked([UInt8])
        /// How the consumer is doing.
        case status([UInt8])
    }

    /// Pieces taken in one go before records get their turn.
    public static let tokensPerTurn = 1000

    private let connections: [Connection]
    private var frames = LiveFrames()
    /// Whose turn it is.
    private var turn = 0

    /// Connects to each endpoint; publishers may come later.
    ///
    /// - Parameters:
    ///   - session: whose pieces are wanted; nil: everybody's. Topics are matched by prefix, so some of others come too.
    ///   - withQuestions: questions under way are wanted, too.
    ///   - withStatus: and how the consumer is doing.
    /// - Throws: ``ZMQError`` when an endpoint can't be understood.
    public init(
        endpoints: [String], session: String?, withQuestions: Bool = false, withStatus: Bool = false,
        in context: FeedContext
    ) throws(ZMQError) {
        var topics = [session.map { Topic.make("token/", $0) } ?? Array(Topic.token.utf8)]
        if withQuestions { topics.append(session.map { Topic.make("asked/", $0) } ?? Array(Topic.asked.utf8)) }
        if withStatus { topics.append(Array(Topic.status.utf8)) }
        var connections: [Connection] = []
        for endpoint in endpoints {
            let socket = try FeedSocket.tokens(in: context)
            for topic in topics { try socket.subscribe(to: String(decoding: topic, as: UTF8.self)) }
            connections.append(try Connection(socket, to: endpoint, in: context))
        }
        self.connections = connections
    }

    public func watch(in poller: inout Poller) { for connection in connections { _ = poller.add(connection.socket) } }

    /// Looks after the connections: to be called every second or so.
    public func look() throws(ZMQError) { for connection in connections { try connection.look(at: .now) } }

    /// What has come next; nil when nothing is there. Never blocks.
    public func next() throws(ZMQError) -> News? {
        for _ in connections {
            let connection = connections[turn % connections.count]
            while case let count = try frames.receive(from: connection.socket), count > 0 {
                // Anything else isn't of this protocol.
                guard count == 3, let payload = frames.unkeptPayload else { continue }
                if frames.isOf(Topic.asked) { return .asked(payload) }
                return frames.isOf(Topic.status) ? .status(payload) : .token(payload)
            }
            turn &+= 1
        }
        return nil
    }
}
