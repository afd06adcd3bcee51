/// What stands where an `ipc://` endpoint is to be.
import Glibc

/// The path of an `ipc://` endpoint. libzmq 4.3.4 removes whatever has that name before it binds, a live socket and an
/// ordinary file alike (ipc_listener.cpp), so somebody has to look first.
public enum IPCPath {
    /// An endpoint's path; nil for one that has none: of another transport, an abstract name (`@…`), which is the kernel's
    /// to guard, or a wildcard, which is always fresh.
    static func of(_ endpoint: String) -> String? {
        let scheme = "ipc://"
        guard endpoint.hasPrefix(scheme), !endpoint.hasPrefix("ipc://@"), endpoint != "ipc://*" else { return nil }
        return String(endpoint.dropFirst(scheme.count))
    }

    /// Whether nothing has the name any more that an endpoint had.
    static func isRemoved(_ endpoint: String) -> Bool {
        guard let path = of(endpoint) else { return false }
        var status = stat()
        return unsafe lstat(path, &status) != 0 && errno == ENOENT
    }

    /// Looks whether binding an endpoint would take something away.
    ///
    /// - Throws: ``ZMQError``: `ENOTSOCK` where something else than a socket has the name, `EADDRINUSE` where somebody
    ///   listens there, with a lock or without one.
    public static func check(_ endpoint: String) throws(ZMQError) {
        guard let path = of(endpoint) else { return }
        var status = stat()
        // Not through links: libzmq would remove the link.
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ZMQError("zmq_bind", endpoint: endpoint, code: ENOTSOCK)
        }
        switch try knock(path, endpoint) {
        // What a program left that has died: nobody will miss it.
        case ECONNREFUSED, ENOENT: return
        case EACCES, EPERM: throw ZMQError("zmq_bind", endpoint: endpoint, code: EACCES)
        default: throw ZMQError("zmq_bind", endpoint: endpoint, code: EADDRINUSE)
        }
    }

    /// Connects to the socket for a moment.
    ///
    /// - Returns: `errno` of the attempt, 0 where somebody has answered.
    private static func knock(_ path: String, _ endpoint: String) throws(ZMQError) -> Int32 {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ZMQError("socket", endpoint: endpoint, code: errno) }
        defer { _ = close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // A longer one libzmq refuses itself.
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return ENOENT }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? 0 : errno
    }
}
