/// Notices to systemd, received by a socket of the test's.
import Common
import Foundation
import Testing
import TestSupport

@Suite("Service manager", .timeLimit(.minutes(5)))
final class ServiceManagerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Name: CaseIterable {
        case path, abstract
    }

    private func address(_ name: Name) -> String {
        switch name {
        case .path: folder.file("notify")
        case .abstract: "@" + folder.file("notify")
        }
    }

    @Test("Ready, status, alive and stopping arrive in systemd's words", arguments: Name.allCases)
    func notices(_ name: Name) throws {
        let socket = try NoticeSocket(address(name))
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": address(name)])
        #expect(socket.receive() == nil)
        manager.ready("Publishing messages.jsonl")
        manager.status("12 lines")
        manager.alive()
        manager.stopping()
        #expect(socket.receive() == "READY=1\nSTATUS=Publishing messages.jsonl")
        #expect(socket.receive() == "STATUS=12 lines")
        #expect(socket.receive() == "WATCHDOG=1")
        #expect(socket.receive() == "STOPPING=1")
        #expect(socket.receive() == nil)
    }

    @Test("A status can't smuggle in a notice of its own")
    func smuggling() throws {
        let socket = try NoticeSocket(address(.path))
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": address(.path)])
        manager.status("file\nWATCHDOG=trigger")
        #expect(socket.receive() == #"STATUS=file\nWATCHDOG=trigger"#)
    }

    @Test("A copy of the environment decides, so that without NOTIFY_SOCKET nothing is sent")
    func noSocket() throws {
        let socket = try NoticeSocket(address(.path))
        let manager = ServiceManager(environment: ["OTHER": address(.path)])
        manager.ready("x")
        manager.alive()
        manager.stopping()
        #expect(socket.receive() == nil)
    }

    @Test("A manager that isn't there, or whose address is no address, is no reason to fail")
    func nobodyListens() {
        for address in [
            folder.file("nobody"), "@nobody-" + folder.path, "", "@", "relative", String(repeating: "x", count: 500),
        ] {
            let manager = ServiceManager(environment: ["NOTIFY_SOCKET": address])
            manager.ready("x")
            manager.stopping()
        }
    }

    @Test(
        "The watchdog is fed in half the time that the unit allows, and only when it watches this process",
        arguments: [
            ([:], nil),
            (["WATCHDOG_USEC": "10000000"], .seconds(5)),
            (["WATCHDOG_USEC": "3000"], .microseconds(1500)),
            (["WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "\(getpid())"], .seconds(5)),
            (["WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1"], nil),
            (["WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "none"], nil),
            (["WATCHDOG_USEC": "10000000", "WATCHDOG_PID": ""], nil),
            (["WATCHDOG_PID": "\(getpid())"], nil),
            (["WATCHDOG_USEC": "0"], nil),
            (["WATCHDOG_USEC": "-5"], nil),
            (["WATCHDOG_USEC": "soon"], nil),
            (["WATCHDOG_USEC": ""], nil),
        ] as [([String: String], Duration?)])
    func watchdog(_ environment: [String: String], _ interval: Duration?) {
        #expect(ServiceManager(environment: environment).watchdogInterval == interval)
    }
}

/// What systemd's end of the notification socket sees.
private final class NoticeSocket {
    private let descriptor: Int32

    private struct NoSocket: Error {
        let code: Int32
    }

    /// - Parameter name: a path, or an abstract name behind an `@`.
    init(_ name: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw NoSocket(code: errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(name.utf8)
        if path.first == UInt8(ascii: "@") { path[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard outcome == 0 else {
            close(descriptor)
            throw NoSocket(code: errno)
        }
    }

    deinit { close(descriptor) }

    /// The next notice, nil where there is none: a datagram is there as soon as it was sent.
    func receive() -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
