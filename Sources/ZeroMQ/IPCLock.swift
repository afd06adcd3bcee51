/// Keeps a second program from taking over a live `ipc://` endpoint.
import Glibc

/// libzmq 4.3.4 unlinks and rebinds an `ipc://` path even while another program listens on it (zmq_ipc(7)).
/// A locked file beside the socket, `PATH.lock`, says that somebody is there; the kernel frees it with the process.
enum IPCLock {
    /// - Returns: the descriptor that holds the lock, or nil for an endpoint that needs none.
    /// - Throws: ``ZMQError`` with `EADDRINUSE` when somebody holds it, with `ELOOP` when it is a symbolic link: where that
    ///   leads is for whoever made it to say, so it isn't followed.
    static func acquire(for endpoint: String) throws(ZMQError) -> Int32? {
        guard let path = IPCPath.of(endpoint) else { return nil }
        let descriptor = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ZMQError("open", endpoint: endpoint, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            _ = close(descriptor)
            throw ZMQError("zmq_bind", endpoint: endpoint, code: EADDRINUSE)
        }
        return descriptor
    }
}
