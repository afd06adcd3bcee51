/// A peer that speaks ZeroMQ's wire protocol by hand, and so can do what no libzmq socket would.
import Foundation

/// A connection to an `ipc://` endpoint, with a ZMTP 3.0 handshake of its own (https://rfc.zeromq.org/spec/23/).
final class RawPeer: Sendable {
    private let descriptor: Int32

    struct Closed: Error {}

    /// - Parameter kind: the socket type that it says to be.
    init(_ endpoint: String, kind: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(endpoint.dropFirst("ipc://".count).utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isConnected else { throw Closed() }
        let mechanism = Array("NULL".utf8) + [UInt8](repeating: 0, count: 16)
        let greeting = [0xFF] + [UInt8](repeating: 0, count: 8) + [0x7F, 3, 0] + mechanism
        guard send(greeting + [UInt8](repeating: 0, count: 32)) else { throw Closed() }
        _ = try read(64)
        let name = Array("Socket-Type".utf8)
        let value = Array(kind.utf8)
        let ready =
            [5] + Array("READY".utf8) + [UInt8(name.count)] + name + [0, 0, 0, UInt8(value.count)] + value
        guard send([4, UInt8(ready.count)] + ready) else { throw Closed() }
        _ = try frame()
    }

    deinit { close(descriptor) }

    /// Ends the connection, also for a thread that is sending.
    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// A message's bytes on the wire; no frame has more than 255.
    static func message(_ frames: [[UInt8]]) -> [UInt8] {
        frames.enumerated().flatMap { index, frame in
            [index < frames.count - 1 ? 1 : 0, UInt8(frame.count)] + frame
        }
    }

    /// Sends bytes as they are, and waits for the peer to take them.
    ///
    /// - Returns: false when the connection has ended.
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest.removeFirst(count)
        }
        return true
    }

    /// Whether something can be read now.
    var hasInput: Bool {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&item, 1, 0) == 1
    }

    /// The next frame.
    func frame() throws -> (hasMore: Bool, bytes: [UInt8]) {
        let flags = try read(1)[0]
        let size = try read(flags & 2 == 0 ? 1 : 8).reduce(0) { $0 << 8 | Int($1) }
        return (flags & 1 == 1, try read(size))
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let step = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress.map { $0 + filled }, count - filled, 0)
            }
            guard step > 0 else { throw Closed() }
            filled += step
        }
        return bytes
    }
}
