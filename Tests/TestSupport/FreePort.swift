/// TCP ports that nobody uses.
import Glibc

/// A TCP endpoint on the loopback address whose port the system has just given out and taken back: it doesn't give the
/// same one again soon.
public func freeEndpoint() -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = bind(descriptor, $0, length)
            _ = getsockname(descriptor, $0, &length)
        }
    }
    return "tcp://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
}
