/// Noticing what becomes of a connection.
import CZMQ
import Glibc
import Synchronization

/// What has happened to a connection that a socket makes.
public enum ConnectionEvent: Hashable, Sendable {
    /// It is made, and both sides have agreed on how they talk. Whoever is at the other end may be somebody else than before.
    case made
    /// It has ended, or the two didn't agree.
    case ended
    /// It has ended before the other end had said how it talks.
    case unanswered
    /// The other end doesn't let this one in.
    case refused
    /// One end asks for keys, and the other has none.
    case mismatched
    /// libzmq will make it again.
    case retried
}

/// Hears of a socket's connections (zmq_socket_monitor(3)).
///
/// Made, used and closed on the socket's thread, and closed before the socket.
public struct ConnectionMonitor: ~Copyable {
    private static let made = Atomic<UInt64>(0)
    private static let ends =
        ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
        | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH

    private let pair: Socket
    private var frame: Frame

    /// - Throws: ``ZMQError`` when there is no socket left.
    public init(of socket: borrowing Socket, in context: Context) throws(ZMQError) {
        let made = try Self.listen(to: socket, in: context)
        pair = made
        frame = Frame()
    }

    private static func listen(to socket: borrowing Socket, in context: Context) throws(ZMQError) -> Socket {
        let pair = try Socket(.pair, in: context)
        try pair.set(.linger, 0)
        // libzmq's own thread would wait for room.
        try pair.set(.receiveHighWaterMark, 0)
        let name = "inproc://connections-\(made.wrappingAdd(1, ordering: .relaxed).newValue)"
        let events = Int32(ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_CONNECT_RETRIED | ends)
        guard unsafe zmq_socket_monitor(socket.handle, name, events) == 0 else { throw ZMQError("zmq_socket_monitor") }
        try pair.connect(name)
        return pair
    }

    /// Ends listening; to be called before the socket is closed. A closed socket goes on for a while, and libzmq's own thread would
    /// wait for ever for somebody to take its events.
    public mutating func stop(listeningTo socket: borrowing Socket) {
        _ = unsafe zmq_socket_monitor(socket.handle, nil, 0)
    }

    /// The next event; nil when there is none. That a connection is made is there before anything that came by it.
    public mutating func next() throws(ZMQError) -> ConnectionEvent? {
        while try pair.receive(into: &frame) {
            // The event, in two bytes, and its value; then the address, with nothing behind it.
            guard frame.hasMore else { continue }
            let (number, value) = unsafe frame.withBytes { bytes in
                guard bytes.count == 6 else { return (Int32(0), Int32(0)) }
                return unsafe (
                    Int32(bytes.loadUnaligned(as: UInt16.self)), bytes.loadUnaligned(fromByteOffset: 2, as: Int32.self)
                )
            }
            switch number {
            case Int32(ZMQ_EVENT_HANDSHAKE_SUCCEEDED): return .made
            case Int32(ZMQ_EVENT_CONNECT_RETRIED): return .retried
            case Int32(ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL): return .unanswered
            case Int32(ZMQ_EVENT_HANDSHAKE_FAILED_AUTH): return .refused
            case Int32(ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) where value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH:
                return .mismatched
            default: return .ended
            }
        }
        return nil
    }
}
