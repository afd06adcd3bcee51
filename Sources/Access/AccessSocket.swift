/// Where libzmq asks who is let in.
import ZeroMQ

/// The handler's socket: one for each context in which sockets let keys in. Used by the thread that made it and by no other.
public final class AccessSocket {
    private static let endpoint = "inproc://zeromq.zap.01"
    /// Requests answered in one turn.
    private static let requestsPerTurn = 64

    private let socket: Socket
    private let desk: AccessDesk
    private var frame = Frame()

    /// To be made before the sockets are bound.
    ///
    /// - Throws: ``ZMQError`` where the context has a handler already.
    public init(_ keys: Keyring, in context: Context) throws(ZMQError) {
        desk = AccessDesk(keys)
        var socket = try Socket(.reply, in: context)
        try socket.set(.linger, 0)
        try socket.bind(Self.endpoint)
        self.socket = socket
    }

    public func watch(in poller: inout Poller) { _ = poller.add(socket) }

    /// Answers what libzmq asks, a turn's worth at most. Never blocks.
    public func serve(_ note: (AccessDesk.Verdict) -> Void) throws(ZMQError) {
        for _ in 0..<Self.requestsPerTurn {
            guard try socket.receive(into: &frame) else { return }
            var request = [frame.bytes]
            while frame.hasMore, try socket.receive(into: &frame) { request.append(frame.bytes) }
            let (frames, verdict) = desk.answer(request)
            for (index, frame) in frames.enumerated() {
                _ = try socket.send(frame, more: index < frames.count - 1)
            }
            note(verdict)
        }
    }
}
