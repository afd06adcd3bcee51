/// The feed's sockets, all of them made and set up here.
import ZeroMQ

/// Makes the kinds of sockets that a feed has: two for who publishes, two for who follows, one for the pieces of answers, and two
/// for feedback. None is bound or connected yet.
///
/// None of them has heartbeats. libzmq 4.3.4 ends the process when a heartbeat ends a connection of which there is more to read
/// than the receive queue has room for (zeromq/libzmq#3937); that it also does so when one is due on such a connection that has
/// broken off is prevented by `CSockets`, since strangers can have one be due. What heartbeats are for is done by the system:
/// TCP's keepalive finds machines that have gone without a word, and
/// ``userTimeout`` ends connections of which nothing is read. A peer on this machine that dies is noticed anyway.
public enum FeedSocket {
    // MARK: Largest frames. Who sends a larger one is disconnected, before its bytes are kept.

    /// A request's frames: a routing id, a stream id, numbers and fingerprints, none of them over 255 bytes. Handshakes are
    /// frames, too: an identity and a few properties.
    public static let largestRequest = 1 << 10
    /// What subscribers send: topics, 200 bytes at most, and handshakes. libzmq keeps a topic as a chain of some 26 bytes for
    /// each of its bytes, as long as its subscriber is connected.
    public static let largestUpstream = 512
    /// A record of an input feed, or an answer: a line has 32 MiB at most (`--max-line-bytes`).
    public static let largestInputRecord = 34 << 20
    /// A record of a workspace feed, or an answer: an entry of one message of 32 MiB, in which one byte in two may have to be
    /// escaped, and its frame.
    public static let largestWorkspaceRecord = 112 << 20
    /// A piece of an answer is a few bytes.
    public static let largestToken = 1 << 20
    /// Feedback. What is far too long is refused in words up to this size.
    public static let largestSubmission = 1 << 20
    /// Results of windows: as many as their client puts into a request, or the largest one alone.
    public static let largestResults = largestWorkspaceRecord

    // MARK: Queues, in messages a peer.

    /// Live records that wait for a subscriber; what exceeds it is dropped, and fetched by followers.
    static let liveQueue = 1000
    /// What one subscriber has sent and nobody has looked at. More waits in its connection. libzmq reads a subscriber's queue to
    /// its end before it does anything else, and is kept at it for as long as the queue is refilled: the shorter it is, the
    /// sooner that ends. Honest subscribers send two or three messages when they connect, and these should find room: a
    /// connection that has to wait is not where it should break off (see above).
    static let upstreamQueue = 4
    /// Answers that wait for a client: a follower asks for one at a time. A second one is on its way to the system by then.
    static let answerQueue = 1
    /// Requests of one client that nobody has looked at.
    static let requestQueue = 64
    /// Feedback of one client that nobody has looked at: each may be large.
    static let submissionQueue = 2
    /// Answers to feedback that wait for a client that has sent a lot.
    static let receiptQueue = 1000

    /// A peer that takes nothing for so long is disconnected, and what waits for it is gone. A follower comes back and asks.
    static let userTimeout = Duration.seconds(30)

    /// Whoever hasn't answered a new connection by then is another program, or stopped.
    static let handshakeTimeout = Duration.seconds(10)

    // MARK: Publishing

    /// The socket that publishes live records, and hears who subscribes to what.
    ///
    /// - Throws: ``ZMQError`` when there are no sockets left.
    public static func live(in context: FeedContext) throws(ZMQError) -> Socket {
        let socket = try binding(.extendedPublisher, in: context)
        // Each new subscription is answered with control, also one that somebody else has already.
        try socket.set(.verboseSubscriptions, 1)
        try socket.set(.sendHighWaterMark, liveQueue)
        try socket.set(.receiveHighWaterMark, upstreamQueue)
        try socket.set(.maximumMessageSize, largestUpstream)
        return socket
    }

    /// The socket that answers questions.
    ///
    /// - Throws: ``ZMQError`` when there are no sockets left.
    public static func replay(in context: FeedContext) throws(ZMQError) -> Socket {
        let socket = try binding(.router, in: context)
        // A client that lost its connection comes back under its own name.
        try socket.set(.routerHandover, 1)
        // An answer that a client has no room for is known as one, and isn't counted as sent.
        try socket.set(.routerMandatory, 1)
        try socket.set(.sendHighWaterMark, answerQueue)
        try socket.set(.receiveHighWaterMark, requestQueue)
        try socket.set(.maximumMessageSize, largestRequest)
        return socket
    }

    /// The socket that feedback comes to.
    ///
    /// - Throws: ``ZMQError`` when there are no sockets left.
    public static func feedback(in context: FeedContext) throws(ZMQError) -> Socket {
        try desk(queue: submissionQueue, largest: largestSubmission, in: context)
    }

    /// The socket that results of windows come to.
    ///
    /// - Throws: ``ZMQError`` when there are no sockets left.
    public static func results(in context: FeedContext) throws(ZMQError) -> Socket {
        // One request is out at a time, of each client.
        try desk(queue: 1, largest: largestResults, in: context)
    }

    /// A socket to which others hand something in, and from which they get receipts.
    private static func desk(queue: Int, largest: Int, in context: FeedContext) throws(ZMQError) -> Socket {
        let socket = try binding(.router, in: context)
        try socket.set(.routerHandover, 1)
        try socket.set(.routerMandatory, 1)
        try socket.set(.sendHighWaterMark, receiptQueue)
        try socket.set(.receiveHighWaterMark, queue)
        try socket.set(.maximumMessageSize, largest)
        return socket
    }

    private static func binding(_ kind: SocketKind, in context: FeedContext) throws(ZMQError) -> Socket {
        let socket = try Socket(kind, in: context.zeroMQ)
        try keepAlive(socket)
        // What is queued at the end still goes out, but nobody waits long for a dead one.
        try socket.set(.linger, 1000)
        try socket.set(.tcpUserTimeout, userTimeout.milliseconds)
        return socket
    }

    // MARK: Following

    /// The socket that live records come to.
    ///
    /// - Parameter largestRecord: the largest frame taken, in bytes; a publisher that sends a larger one is disconnected.
    /// - Throws: ``ZMQError`` when there are no sockets left.
    public static func subscriber(largestRecord: Int, in context: FeedContext) throws(ZMQError) -> Socket {
        let socket = try connecting(.subscriber, in: context)
        try socket.set(.linger, 0)
        try socket.set(.receiveHighWaterMark, liveQueue)
        try socket.set(.maximumMessageSize, largestRecord)
        return socket
    }

    /// The socket that questions go out from.
    ///
    /// - Parameters:
    ///   - largestRecord: the largest frame taken, in bytes; a publisher that sends a larger one is disconnected.
    ///   - routingID: the name that the publisher knows this client by: 1 to 255 bytes, the first not zero.
    /// - Throws: ``ZMQError`` when there are no sockets left, or the name can't be one.
    public static func asker(
        largestRecord: Int, routingID: [UInt8], in context: FeedContext
    ) throws(ZMQError) -> Socket {
        let socket = try connecting(.dealer, in: context)
        try socket.setRoutingID(routingID)
        // Without this, questions to an absent publisher would pile up and all be answered when it comes.
        try socket.set(.immediate, 1)
        // A last acknowledgement still goes out.
        try socket.set(.linger, 500)
        // One question is out at a time. A publisher that sends more than answers waits.
        try socket.set(.receiveHighWaterMark, 2)
        try socket.set(.maximumMessageSize, largestRecord)
        return socket
    }

    /// The socket that pieces of answers come to.
    ///
    /// - Throws: ``ZMQError`` when there are no sockets left.
    public static func tokens(in context: FeedContext) throws(ZMQError) -> Socket {
        let socket = try connecting(.subscriber, in: context)
        try socket.set(.linger, 0)
        try socket.set(.receiveHighWaterMark, liveQueue)
        try socket.set(.maximumMessageSize, largestToken)
        return socket
    }

    /// The socket that feedback goes out from.
    ///
    /// - Throws: ``ZMQError`` when there are no sockets left.
    public static func submitter(in context: FeedContext) throws(ZMQError) -> Socket {
        let socket = try connecting(.dealer, in: context)
        // What is sent to nobody isn't kept for whoever comes: it is sent again.
        try socket.set(.immediate, 1)
        try socket.set(.linger, 0)
        try socket.set(.sendHighWaterMark, receiptQueue)
        try socket.set(.maximumMessageSize, largestRequest * 16)
        return socket
    }

    private static func connecting(_ kind: SocketKind, in context: FeedContext) throws(ZMQError) -> Socket {
        let socket = try Socket(kind, in: context.zeroMQ)
        try keepAlive(socket)
        // In milliseconds; libzmq's own default, which nothing else may change in silence.
        try socket.set(.reconnectInterval, 100)
        try socket.set(.handshakeInterval, handshakeTimeout.milliseconds)
        return socket
    }

    /// A machine that has gone without a word is noticed after 25 seconds: 10 of silence, and three questions 5 apart.
    private static func keepAlive(_ socket: borrowing Socket) throws(ZMQError) {
        try socket.set(.tcpKeepalive, 1)
        try socket.set(.tcpKeepaliveIdle, 10)
        try socket.set(.tcpKeepaliveInterval, 5)
        try socket.set(.tcpKeepaliveCount, 3)
    }
}
