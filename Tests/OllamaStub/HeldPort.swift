/// A port for one test alone.
import Glibc

/// The system had no port to give.
public struct NoPort: Error {}

/// Lends a TCP port of 127.0.0.1 that nobody listens on: connections to it are refused, and nobody else is given it. A
/// stub may be started on it, stopped, and started again.
///
/// Both this socket and the stub's have `SO_REUSEADDR`, and only one of them listens: Linux then lets them share the
/// port (socket(7)), while it gives it to nobody who asks for any port.
///
/// - Throws: ``NoPort``, and what `body` throws.
public func withHeldPort<Value>(_ body: (_ port: Int) async throws -> Value) async throws -> Value {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw NoPort() }
    defer { close(descriptor) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    guard isBound else { throw NoPort() }
    return try await body(Int(UInt16(bigEndian: address.sin_port)))
}
