/// One frame of a ZeroMQ message.
import CZMQ

/// Owns the bytes of one frame. Received into again and again, so that the hot path allocates nothing of its own.
@safe public struct Frame: ~Copyable {
    var message = zmq_msg_t()

    public init() {
        _ = unsafe zmq_msg_init(&message)
    }

    deinit {
        // Closing needs an address; the copy dies here, and libzmq counts references inside the content.
        var last = message
        _ = unsafe zmq_msg_close(&last)
    }

    /// Calls `body` with the frame's bytes, valid only for the call.
    @inline(__always)
    public mutating func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        // The bytes of a small frame lie in the message itself: its address has to hold for as long as they are used.
        try unsafe withUnsafeMutablePointer(to: &message) { message in
            let count = unsafe zmq_msg_size(message)
            let start = unsafe zmq_msg_data(message)
            return unsafe try body(UnsafeRawBufferPointer(start: start, count: count))
        }
    }

    /// The number of bytes.
    public var count: Int {
        mutating get { unsafe zmq_msg_size(&message) }
    }

    /// Whether another frame of the same message follows.
    public var hasMore: Bool {
        mutating get { unsafe zmq_msg_more(&message) != 0 }
    }

    /// The file descriptor of the connection that a received frame came through; nil where it isn't known. Two connections may
    /// have one routing id, one after the other, and both be there for a while.
    public var connection: Int32? {
        mutating get {
            let descriptor = unsafe zmq_msg_get(&message, ZMQ_SRCFD)
            return descriptor >= 0 ? descriptor : nil
        }
    }

    /// Who sent a received frame, as the handler of the socket's domain has named them (ZAP, RFC 27); nil where nobody has.
    public var sender: String? {
        mutating get {
            guard let name = unsafe zmq_msg_gets(&message, "User-Id") else { return nil }
            return unsafe String(cString: name)
        }
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] {
        mutating get { unsafe withBytes { unsafe [UInt8]($0) } }
    }
}
