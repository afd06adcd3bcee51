/// Cutting the connections of a process from outside.
import Glibc

/// Shuts down the connected sockets of a process, as a network does that breaks. Linux 5.6 lets the owner of a process take a
/// copy of its descriptors (pidfd_getfd(2)).
enum ConnectionCutter {
    private typealias Open = @convention(c) (Int32, UInt32) -> Int32
    private typealias Get = @convention(c) (Int32, Int32, UInt32) -> Int32

    /// - Returns: how many connections were cut; 0 also where the system doesn't allow it.
    static func cut(_ process: Int32) -> Int {
        // glibc 2.36 has the calls, Swift's view of it doesn't.
        guard let open = symbol("pidfd_open", as: Open.self), let get = symbol("pidfd_getfd", as: Get.self) else {
            return 0
        }
        let handle = open(process, 0)
        guard handle >= 0 else { return 0 }
        defer { close(handle) }
        var count = 0
        // From 3 on: standard input of a program under test is a socket, too.
        for number in 3..<256 as Range<Int32> {
            let copy = get(handle, number, 0)
            guard copy >= 0 else { continue }
            defer { close(copy) }
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(copy, $0, &length) == 0 }
            }
            if isConnected && shutdown(copy, Int32(SHUT_RDWR)) == 0 { count += 1 }
        }
        return count
    }

    private static func symbol<F>(_ name: String, as type: F.Type) -> F? {
        dlsym(dlopen(nil, RTLD_NOW), name).map { unsafeBitCast($0, to: type) }
    }
}
