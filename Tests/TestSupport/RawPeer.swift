/// A peer that speaks ZeroMQ's wire protocol by hand, and so can do what no libzmq socket would.
import Foundation

/// A connection to an `ipc://` endpoint, with a ZMTP 3.0 handshake of its own (https://rfc.zeromq.org/spec/23/).
public final class RawPeer: Sendable {
    private let descriptor: Int32

    public struct Closed: Error {}

    /// - Parameters:
    ///   - kind: the socket type that it says to be.
    ///   - identity: by which a ROUTER knows it; empty: by one that the ROUTER makes up.
    ///   - patience: how long each call waits for the other side, in milliseconds; 0: for as long as it takes.
    /// - Throws: ``Closed`` when nobody is there, or the handshake fails.
    public init(_ endpoint: String, kind: String, identity: [UInt8] = [], patience: Int = 0) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Closed() }
        var time = timeval(tv_sec: patience / 1000, tv_usec: patience % 1000 * 1000)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
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
        let ready =
            [5] + Array("READY".utf8) + Self.property("Socket-Type", Array(kind.utf8))
            + (identity.isEmpty ? [] : Self.property("Identity", identity))
        guard send(Self.frame(ready, flags: 4)) else { throw Closed() }
        _ = try frame()
    }

    deinit { close(descriptor) }

    /// Ends the connection, also for a thread that is sending.
    public func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    // MARK: Bytes on the wire

    private static func property(_ name: String, _ value: [UInt8]) -> [UInt8] {
        [UInt8(name.utf8.count)] + Array(name.utf8) + [0, 0, 0, UInt8(value.count)] + value
    }

    /// A message.
    ///
    /// - Parameter isOpen: another frame follows that isn't among these.
    public static func message(_ frames: [[UInt8]], isOpen: Bool = false) -> [UInt8] {
        frames.enumerated().flatMap { index, frame in
            Self.frame(frame, flags: isOpen || index < frames.count - 1 ? 1 : 0)
        }
    }

    /// A frame.
    ///
    /// - Parameter flags: 1: more frames follow; 4: it is a command.
    public static func frame(_ bytes: [UInt8], flags: UInt8) -> [UInt8] {
        if bytes.count < 256 { return [flags, UInt8(bytes.count)] + bytes }
        return [flags | 2] + withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { Array($0) } + bytes
    }

    /// Sends bytes as they are, and waits for the peer to take them.
    ///
    /// - Returns: false when the connection has ended, or nothing more was taken in time.
    public func send(_ bytes: [UInt8]) -> Bool {
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
    public var hasInput: Bool {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&item, 1, 0) == 1
    }

    /// The next frame.
    ///
    /// - Throws: ``Closed`` when the connection has ended, or nothing came in time.
    public func frame() throws -> (hasMore: Bool, bytes: [UInt8]) {
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
