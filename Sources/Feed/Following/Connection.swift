/// A socket's connection to one publisher.
import ZeroMQ

/// Connects, and sees to it that there is a connection again whatever has come by the one before. Used by the thread that made
/// it and by no other.
final class Connection {
    /// After so long without an answer it is said that there is none. A publisher that is about to end may leave one unanswered.
    private static let silence = FeedSocket.handshakeTimeout

    let socket: Socket
    private let endpoint: String
    private var monitor: ConnectionMonitor
    private var reconnecting = Reconnecting()
    private var made = 0
    /// Whether somebody is connected now, as far as has been heard.
    private(set) var isThere = false
    /// Since when nobody has agreed on how to talk, though connections were made.
    private var unansweredSince: ContinuousClock.Instant?
    /// Whether it has been so for a while.
    private(set) var isSilent = false
    /// Why there is no connection, where it is keys.
    private(set) var refusal: FollowingProblem?
    /// How often whoever listens there was given up by libzmq.
    private(set) var givenUp = 0

    /// - Parameter server: the endpoint by which keys know who listens there; nil: this one.
    /// - Throws: ``ZMQError`` when the endpoint can't be understood.
    init(
        _ socket: consuming Socket, to endpoint: String, knownBy server: String? = nil, in context: FeedContext
    ) throws(ZMQError) {
        self.endpoint = endpoint
        self.socket = socket
        monitor = try ConnectionMonitor(of: self.socket, in: context.zeroMQ)
        try context.connect(self.socket, to: endpoint, knownBy: server)
    }

    deinit { monitor.stop(listeningTo: socket) }

    /// Looks after the connection: to be called every second or so, and before messages are received. What a new connection
    /// has brought comes after.
    ///
    /// - Returns: whether the connection is another than at the last call.
    @discardableResult
    func look(at now: ContinuousClock.Instant) throws(ZMQError) -> Bool {
        let before = made
        while let event = try monitor.next() {
            if event == .made { made += 1 }
            isThere = event == .made
            if event == .refused { refusal = .notLetIn(address: endpoint) }
            if event == .mismatched { refusal = .otherKeys(address: endpoint) }
            if event == .unanswered {
                isSilent = unansweredSince.map { now - $0 >= Self.silence } ?? false
                unansweredSince = unansweredSince ?? now
            } else if event == .made {
                (unansweredSince, isSilent) = (nil, false)
            }
            reconnecting.note(event, at: now)
        }
        if reconnecting.isDue(at: now) {
            if refusal == nil { givenUp += 1 }
            try socket.disconnect(endpoint)
            try socket.connect(endpoint)
        }
        return made > before && made > 1
    }
}
