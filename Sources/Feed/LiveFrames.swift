/// One live message, frame by frame.
import ZeroMQ

/// The frames of a live message: topic, payload, position. Kept and received into again and again.
struct LiveFrames: ~Copyable {
    private var topic = Frame()
    private var payload = Frame()
    private var position = Frame()

    init() {}

    /// The payload of a message of three frames that isn't kept: its position is empty.
    var unkeptPayload: [UInt8]? {
        mutating get { position.count == 0 ? payload.bytes : nil }
    }

    /// Whether the message's topic begins so.
    mutating func isOf(_ family: String) -> Bool {
        topic.withBytes { topic in family.utf8.count <= topic.count && topic.starts(with: family.utf8) }
    }

    /// Receives the next message. Never blocks.
    ///
    /// - Returns: how many frames it had, of which those that it lacks are as they were; 0 when none is there. A message of
    ///   more than three isn't of this protocol, and the rest of it is passed over.
    @inline(__always)
    mutating func receive(from socket: borrowing Socket) throws(ZMQError) -> Int {
        guard try socket.receive(into: &topic) else { return 0 }
        guard topic.hasMore, try socket.receive(into: &payload) else { return 1 }
        guard payload.hasMore, try socket.receive(into: &position) else { return 2 }
        var frames = 3
        while position.hasMore, try socket.receive(into: &position) { frames += 1 }
        return frames
    }

    /// Calls `body` with the frames' bytes, valid only for the call.
    @inline(__always)
    mutating func withBytes(
        _ body: (_ topic: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer, _ position: UnsafeRawBufferPointer)
            -> Void
    ) { Self.withBytes(&topic, &payload, &position, body) }

    @inline(__always)
    private static func withBytes(
        _ topic: inout Frame, _ payload: inout Frame, _ position: inout Frame,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
    ) {
        topic.withBytes { topic in
            payload.withBytes { payload in position.withBytes { position in body(topic, payload, position) } }
        }
    }
}
