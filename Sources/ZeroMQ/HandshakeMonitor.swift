/// Noticing that a connection has been made.
import CZMQ
import Glibc
import Synchronization

/// Counts the connections that a socket has made (zmq_socket_monitor(3)). Whoever is at the other end of a new one may be
/// somebody else than before.
///
/// Made, used and closed on the socket's thread, and closed before the socket.
public struct HandshakeMonitor: ~Copyable {
    private static let made = Atomic<UInt64>(0)

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
        let name = "inproc://handshakes-\(made.wrappingAdd(1, ordering: .relaxed).newValue)"
        guard unsafe zmq_socket_monitor(socket.handle, name, Int32(ZMQ_EVENT_HANDSHAKE_SUCCEEDED)) == 0 else {
            throw ZMQError("zmq_socket_monitor")
        }
        try pair.connect(name)
        return pair
    }

    /// How many connections have been made since the last call. An event is there before anything that came by its
    /// connection.
    public mutating func newConnections() throws(ZMQError) -> Int {
        var count = 0
        while try pair.receive(into: &frame) {
            // The event and its value, then the address.
            let isFirst = frame.hasMore
            if isFirst { count += 1 }
        }
        return count
    }
}
