/// Not letting in more connections than there are file descriptors for.
import Foundation
import Logging

/// When the door is closed to new connections, and when it is opened again. The number of descriptors goes in, what to do
/// comes out.
struct Door {
    enum Change: Hashable { case close, open }

    private let limit: Int
    private(set) var isClosed = false

    /// - Parameter limit: how many descriptors there may be.
    init(limit: Int) { self.limit = limit }

    /// A quarter is for the program itself: its files, and the model's servers.
    var most: Int { limit - limit / 4 }

    mutating func look(_ count: Int) -> Change? {
        if !isClosed && count >= most {
            isClosed = true
            return .close
        }
        // Some have to go first, or it would open and close for each.
        if isClosed && count < most - limit / 8 {
            isClosed = false
            return .open
        }
        return nil
    }

    /// How many have to leave: many can come between two looks.
    func excess(_ count: Int) -> Int { isClosed ? max(0, count - most) : 0 }

    /// When to look again, in milliseconds. The fuller it is, the less time there is; but looking takes time itself.
    func patience(_ count: Int) -> Int { count < limit / 4 ? 250 : max(25, count / 256) }
}

/// Watches the number of descriptors, and closes the door to new connections before they are used up: libzmq accepts
/// whatever comes, and when none is left it tries again and again as fast as it can (tcp_listener.cpp of 4.3.4); nobody could
/// ask a model then.
///
/// A closed door is a filter on each listening TCP socket that lets no packet through (socket(7)). It keeps its address, so
/// nobody else can take that. Whoever knocks isn't answered, and TCP knocks again after 1, 2, 4 … seconds. Those who were too
/// fast for it are shown out, the last ones first: a follower comes back and misses nothing.
final class Doorkeeper {
    private let logger: Logger
    private var door: Door

    private init(_ logger: Logger) {
        self.logger = logger
        door = Door(limit: Descriptors.limit)
    }

    /// Begins to watch, on a thread of its own, for as long as the program lives.
    static func start(_ logger: Logger) {
        let thread = Thread {
            let keeper = Doorkeeper(logger)
            while true { keeper.look() }
        }
        thread.name = "doorkeeper"
        thread.start()
    }

    private func look() {
        let count = Descriptors.count
        if let change = door.look(count) {
            Self.set(change)
            switch change {
            case .close:
                logger.error(
                    "\(count) of \(Descriptors.limit) file descriptors are in use: no more connections are let in until some have gone, and the last ones are ended (see ulimit -n)"
                )
            case .open: logger.info("New connections are let in again")
            }
        }
        if case let excess = door.excess(count), excess > 0 { Self.showOut(excess) }
        usleep(UInt32(door.patience(count)) * 1000)
    }

    /// The listening TCP sockets of the process. `ipc://` ones are for the user's own programs.
    private static var listeners: [Int32] {
        (0..<Int32(Descriptors.limit)).filter { option(SO_ACCEPTCONN, of: $0) == 1 && port(of: $0) != nil }
    }

    private static func set(_ change: Door.Change) {
        for descriptor in listeners {
            switch change {
            case .close: attachFilter(to: descriptor)
            case .open:
                var nothing: Int32 = 0
                setsockopt(descriptor, SOL_SOCKET, SO_DETACH_FILTER, &nothing, socklen_t(MemoryLayout<Int32>.size))
            }
        }
    }

    /// Ends connections that others have opened, those first that came last: they have the highest numbers.
    private static func showOut(_ count: Int) {
        let listeners = listeners
        let ports = Set(listeners.compactMap(port))
        let visitors = (0..<Int32(Descriptors.limit)).reversed().lazy.filter { descriptor in
            port(of: descriptor).map(ports.contains) == true && !listeners.contains(descriptor)
        }
        // Whoever owns the descriptor finds the connection ended, and closes it.
        for descriptor in visitors.prefix(count) { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// The port to which a TCP socket is bound on this side.
    private static func port(of descriptor: Int32) -> UInt16? {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &address) { bytes in
            guard let start = bytes.baseAddress,
                getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &size) == 0,
                [AF_INET, AF_INET6].contains(Int32(start.load(as: sa_family_t.self)))
            else { return nil }
            // It has the same place in sockaddr_in and sockaddr_in6.
            return UInt16(bigEndian: start.load(fromByteOffset: MemoryLayout<sa_family_t>.size, as: UInt16.self))
        }
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    /// `struct sock_fprog` of linux/filter.h.
    private struct Filter {
        let length: UInt16
        let instructions: UnsafeRawPointer
    }

    private static func attachFilter(to descriptor: Int32) {
        // One `struct sock_filter`, BPF_RET | BPF_K with 0: of each packet nothing is let through.
        var instruction: (code: UInt16, jt: UInt8, jf: UInt8, k: UInt32) = (0x06, 0, 0, 0)
        withUnsafeBytes(of: &instruction) { bytes in
            guard let start = bytes.baseAddress else { return }
            var filter = Filter(length: 1, instructions: start)
            setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, socklen_t(MemoryLayout<Filter>.size))
        }
    }
}
