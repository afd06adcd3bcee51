/// Keeps a second program from taking over a live `ipc://` endpoint.
import Glibc

/// libzmq 4.3.4 unlinks and rebinds an `ipc://` path even while another program listens on it (zmq_ipc(7)).
/// A locked file beside the socket, `PATH.lock`, says that somebody is there; the kernel frees it with the process.
enum IPCLock {
    /// - Returns: the descriptor that holds the lock, or nil for an endpoint that needs none.
    /// - Throws: ``ZMQError`` with `EADDRINUSE` when somebody holds it.
    static func take(for endpoint: String) throws(ZMQError) -> Int32? {
        let scheme = "ipc://"
        // An abstract name (`@…`) is the kernel's to guard, a wildcard is always fresh.
        guard endpoint.hasPrefix(scheme), !endpoint.hasPrefix("ipc://@"), endpoint != "ipc://*" else { return nil }
        let path = String(endpoint.dropFirst(scheme.count)) + ".lock"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ZMQError("open", endpoint: endpoint, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            _ = close(descriptor)
            throw ZMQError("zmq_bind", endpoint: endpoint, code: EADDRINUSE)
        }
        return descriptor
    }
}
