/// Somebody who listens where a publisher should, and isn't one.
import Foundation

/// A listening socket at an `ipc://` endpoint that says something to whoever connects. Used on one thread.
public final class RawListener {
    private let listener: Int32
    private var connection: Int32 = -1

    public struct Failure: Error {}

    /// - Throws: ``Failure`` when it can't listen there.
    public init(_ endpoint: String) throws {
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(endpoint.dropFirst("ipc://".count).utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isBound, listen(listener, 10) == 0 else { throw Failure() }
    }

    deinit {
        close(listener)
        if connection >= 0 { close(connection) }
    }

    /// Says `greeting` to the first who connects. Never blocks.
    ///
    /// - Returns: whether the other side has ended the connection.
    public func serve(_ greeting: [UInt8]) -> Bool {
        if connection < 0 {
            connection = accept(listener, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFL, O_NONBLOCK)
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                _ = send(connection, greeting, greeting.count, Int32(MSG_NOSIGNAL))
            }
            return false
        }
        var byte: UInt8 = 0
        let count = recv(connection, &byte, 1, 0)
        return count == 0 || count < 0 && errno != EAGAIN
    }
}
