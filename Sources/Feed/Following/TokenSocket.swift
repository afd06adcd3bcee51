/// Where pieces of answers come in.
import ZeroMQ

/// A socket of its own for what isn't kept, since a follower takes kept records alone. Used by the thread that made it
/// and by no other.
public final class TokenSocket {
    /// Pieces taken in one go before records get their turn.
    public static let tokensPerTurn = 1000

    private let socket: Socket
    private var frames = LiveFrames()

    /// Connects to each endpoint; publishers may come later.
    ///
    /// - Parameter session: whose pieces are wanted; nil: everybody's. Topics are matched by prefix, so some of others
    ///   come too.
    /// - Throws: ``ZMQError`` when an endpoint can't be understood.
    public init(endpoints: [String], session: String?, in context: Context) throws(ZMQError) {
        socket = try FeedSocket.tokens(in: context)
        if let session {
            try socket.subscribe(to: String(decoding: Topic.make("token/", session), as: UTF8.self))
        } else {
            try socket.subscribe(to: Topic.token)
        }
        for endpoint in endpoints { try socket.connect(endpoint) }
    }

    public func watch(in poller: inout Poller) { _ = poller.add(socket) }

    /// The payload of the next piece; nil when none is there. Never blocks.
    public func next() throws(ZMQError) -> [UInt8]? {
        while case let count = try frames.receive(from: socket), count > 0 {
            // Anything else isn't of this protocol.
            if count == 3, let payload = frames.unkeptPayload { return payload }
        }
        return nil
    }
}
