/// A ZeroMQ socket that closes itself.
import CZMQ
import Glibc

/// What a socket is for (zmq_socket(3)).
public enum SocketKind: Int32, Sendable {
    /// One end of two within a process; what events come by.
    case pair = 0  // ZMQ_PAIR
    case publisher = 1  // ZMQ_PUB
    case subscriber = 2  // ZMQ_SUB
    /// Answers one request after the other.
    case reply = 4  // ZMQ_REP
    case dealer = 5  // ZMQ_DEALER
    case router = 6  // ZMQ_ROUTER
    /// A publisher that also hears who subscribes to what.
    case extendedPublisher = 9  // ZMQ_XPUB
}

/// One libzmq socket, made, used and closed on one thread.
///
/// It isn't `Sendable` and can't be copied, so the compiler keeps it where it was made. It keeps its ``Context`` alive.
@safe public struct Socket: ~Copyable {
    let handle: UnsafeMutableRawPointer
    private let context: Context
    /// Held while an `ipc://` endpoint is bound: libzmq would otherwise take over a live one (zmq_ipc(7)).
    private var ipcLocks: [Int32] = []

    /// - Throws: ``ZMQError`` when the context has no socket left.
    public init(_ kind: SocketKind, in context: Context) throws(ZMQError) {
        guard let handle = unsafe zmq_socket(context.handle, kind.rawValue) else { throw ZMQError("zmq_socket") }
        unsafe self.handle = unsafe handle
        self.context = context
    }

    deinit {
        _ = unsafe zmq_close(handle)
        for lock in ipcLocks { _ = Glibc.close(lock) }
    }

    // MARK: Options (zmq_setsockopt(3))

    /// Sets an integer option.
    public func set(_ option: IntegerOption, _ value: Int) throws(ZMQError) {
        if option.isWide {
            var wide = Int64(value)
            try unsafe setRaw(option.rawValue, &wide, MemoryLayout<Int64>.size)
        } else {
            var narrow = Int32(value)
            try unsafe setRaw(option.rawValue, &narrow, MemoryLayout<Int32>.size)
        }
    }

    func setRaw(
        _ option: Int32, _ value: UnsafeRawPointer, _ size: Int
    ) throws(ZMQError) {
        guard unsafe zmq_setsockopt(handle, option, value, size) == 0 else { throw ZMQError("zmq_setsockopt") }
    }

    /// The name a ROUTER knows this socket by: 1 to 255 bytes, the first not zero.
    public func setRoutingID(_ id: [UInt8]) throws(ZMQError) {
        try unsafe setRaw(ZMQ_ROUTING_ID, id, id.count)
    }

    /// Asks a publisher for every topic that begins with `prefix`.
    public func subscribe(to prefix: String) throws(ZMQError) { try filter(ZMQ_SUBSCRIBE, prefix) }

    /// Takes back one ``subscribe(to:)``.
    public func unsubscribe(from prefix: String) throws(ZMQError) { try filter(ZMQ_UNSUBSCRIBE, prefix) }

    /// Has an extended publisher with ``IntegerOption/manualSubscriptions`` give whoever sent what was received last a topic, or
    /// take it back.
    public func grant(_ topic: [UInt8], isWanted: Bool) throws(ZMQError) {
        try unsafe setRaw(isWanted ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE, topic, topic.count)
    }

    private func filter(_ option: Int32, _ prefix: String) throws(ZMQError) {
        guard unsafe zmq_setsockopt(handle, option, prefix, prefix.utf8.count) == 0 else {
            throw ZMQError("zmq_setsockopt")
        }
    }

    // MARK: Endpoints

    /// Listens on `endpoint`. An `ipc://` one is locked against a second program first, and takes nothing's place but that
    /// of a socket on which nobody listens any more.
    ///
    /// - Throws: ``ZMQError``; ``ZMQError/isAddressInUse`` when somebody else listens there, ``ZMQError/isNoSocket`` when
    ///   something else has the name.
    public mutating func bind(_ endpoint: String) throws(ZMQError) {
        try Self.checkPort(endpoint, for: "zmq_bind")
        try IPCPath.check(endpoint)
        // libzmq gives the socket's file whatever mode the umask leaves: others have no business there.
        let mask = umask(0o077)
        defer { _ = umask(mask) }
        try set(.ipv6, Self.isIPv6(endpoint) ? 1 : 0)
        if let lock = try IPCLock.acquire(for: endpoint) { ipcLocks.append(lock) }
        guard unsafe zmq_bind(handle, endpoint) == 0 else { throw ZMQError("zmq_bind", endpoint: endpoint) }
    }

    /// Listens once more where ``bind(_:)`` did, if the socket's file has been removed: who has connected isn't affected by that,
    /// and nobody else finds it any more.
    ///
    /// - Returns: whether it was so.
    public func bindAgainIfRemoved(_ endpoint: String) throws(ZMQError) -> Bool {
        guard IPCPath.isRemoved(endpoint) else { return false }
        let mask = umask(0o077)
        defer { _ = umask(mask) }
        // The listener without a name stays: to end it is to have libzmq remove the name, some time later.
        guard unsafe zmq_bind(handle, endpoint) == 0 else { throw ZMQError("zmq_bind", endpoint: endpoint) }
        return true
    }

    /// Connects to `endpoint`, now or as soon as somebody listens there.
    public func connect(_ endpoint: String) throws(ZMQError) {
        try Self.checkPort(endpoint, for: "zmq_connect")
        try set(.ipv6, Self.isIPv6(endpoint) ? 1 : 0)
        guard unsafe zmq_connect(handle, endpoint) == 0 else { throw ZMQError("zmq_connect", endpoint: endpoint) }
    }

    /// Ends what ``connect(_:)`` has begun, whether there is a connection or not.
    public func disconnect(_ endpoint: String) throws(ZMQError) {
        guard unsafe zmq_disconnect(handle, endpoint) == 0 || errno == ENOENT else {
            throw ZMQError("zmq_disconnect", endpoint: endpoint)
        }
    }

    /// libzmq takes the lower 16 bits of whatever number stands there.
    private static func checkPort(_ endpoint: String, for call: String) throws(ZMQError) {
        guard endpoint.hasPrefix("tcp://"), let colon = endpoint.lastIndex(of: ":"),
            let port = Int(endpoint[endpoint.index(after: colon)...]), port > 65_535
        else { return }
        throw ZMQError(call, endpoint: endpoint, code: EINVAL)
    }

    /// Whether an endpoint is an IPv6 address: `tcp://[::1]:5556`.
    ///
    /// ZMQ_IPV6 counts for the endpoints that follow it. Set for all, it would make other programs' lives hard: libzmq then
    /// takes `127.0.0.1` for `[::ffff:127.0.0.1]`, and names that endpoint to those who ask where a socket is bound, and a
    /// name such as `localhost` for `[::1]` alone.
    private static func isIPv6(_ endpoint: String) -> Bool {
        let scheme = "tcp://"
        guard endpoint.hasPrefix(scheme), let port = endpoint.lastIndex(of: ":") else { return false }
        return endpoint[..<port].dropFirst(scheme.count).contains(":")
    }

    /// The endpoint last bound or connected, with the port the system chose for a wildcard.
    public var lastEndpoint: String {
        var size = 1024
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
            guard let start = buffer.baseAddress,
                unsafe zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, start, &size) == 0
            else { return "" }
            return unsafe String(cString: start)
        }
    }

    // MARK: Frames

    /// Sends one frame without waiting.
    ///
    /// - Parameter more: another frame of the same message follows.
    /// - Returns: `false` when the message can't be taken now (a full queue, nobody connected).
    /// - Throws: ``ZMQError`` for anything else.
    @inline(__always)
    public func send(_ bytes: UnsafeRawBufferPointer, more: Bool = false) throws(ZMQError) -> Bool {
        try unsafe send(bytes.baseAddress, bytes.count, more)
    }

    /// Sends `bytes` as one frame without waiting; see the other form.
    public func send(_ bytes: [UInt8], more: Bool = false) throws(ZMQError) -> Bool {
        try unsafe send(bytes, bytes.count, more)
    }

    @inline(__always)
    private func send(_ start: UnsafeRawPointer?, _ count: Int, _ more: Bool) throws(ZMQError) -> Bool {
        let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
        while unsafe zmq_send(handle, start, count, flags) < 0 {
            let code = zmq_errno()
            if code == EINTR { continue }
            // A ROUTER whose client has gone says so; to us it is the same as nobody being there.
            if code == EAGAIN || code == EHOSTUNREACH { return false }
            throw ZMQError("zmq_send", code: code)
        }
        return true
    }

    /// Has libzmq look at what its threads have to say to this socket, for example that a queue has room again. Sending looks
    /// for that once a millisecond at most, and receiving not before there is nothing more to receive.
    public func refresh() {
        var events: Int32 = 0
        var size = MemoryLayout<Int32>.size
        _ = unsafe zmq_getsockopt(handle, ZMQ_EVENTS, &events, &size)
    }

    /// Receives the next frame, replacing what `frame` held.
    ///
    /// - Returns: `false` when nothing is there.
    /// - Throws: ``ZMQError`` for anything but that.
    @inline(__always)
    public func receive(into frame: inout Frame) throws(ZMQError) -> Bool {
        while unsafe zmq_msg_recv(&frame.message, handle, ZMQ_DONTWAIT) < 0 {
            let code = zmq_errno()
            if code == EINTR { continue }
            if code == EAGAIN { return false }
            throw ZMQError("zmq_msg_recv", code: code)
        }
        return true
    }
}
