/// A libzmq context: its I/O threads and the home of its sockets.
import CZMQ

/// Owns a libzmq context and ends it when the last socket made from it is gone.
///
/// A context may be shared by threads (zmq_ctx_new(3)); a ``Socket`` may not.
@safe public final class Context: Sendable {
    // Set once and only passed to calls that libzmq documents as thread-safe.
    nonisolated(unsafe) let handle: UnsafeMutableRawPointer

    private static let mostSockets: Int32 = 16_384

    /// - Throws: ``ZMQError`` when libzmq has no memory or no file descriptors left.
    public init() throws(ZMQError) {
        guard let handle = unsafe zmq_ctx_new() else { throw ZMQError("zmq_ctx_new") }
        unsafe self.handle = unsafe handle
        // A consumer may follow more endpoints than libzmq's 1,023 sockets are enough for. It takes no more than it has room for.
        _ = unsafe zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, Self.mostSockets)
    }

    deinit {
        // Every socket keeps its context alive, so none is open here; what this waits for is their linger.
        while unsafe zmq_ctx_term(handle) != 0 && zmq_errno() == EINTR {}
    }
}
