/// What systemd is told about a program: ready, alive, stopping (sd_notify(3)).
import Bytes
import Foundation

/// Sends notices to the service manager that started this program; does nothing where none did.
public struct ServiceManager: Sendable {
    private let socketPath: String?
    /// How often ``alive()`` has to be called: half of what the unit's `WatchdogSec` allows. nil: nobody watches.
    public let watchdogInterval: Duration?

    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        socketPath = environment["NOTIFY_SOCKET"]
        let isForUs = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
        if isForUs, let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 {
            watchdogInterval = .microseconds(max(1, microseconds / 2))
        } else {
            watchdogInterval = nil
        }
    }

    /// Everything is set up; units that wait for this one may start.
    public func ready(_ status: String) { send("READY=1\nSTATUS=\(status.terminalSafe)") }
    /// One line for `systemctl status`. No message text belongs here.
    public func status(_ status: String) { send("STATUS=\(status.terminalSafe)") }
    /// Still making progress.
    public func alive() { send("WATCHDOG=1") }
    /// Asked to stop, and stopping.
    public func stopping() { send("STOPPING=1") }

    private func send(_ text: String) {
        guard let socketPath else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(socketPath.utf8)
        guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        // A leading @ stands for the abstract namespace, whose names begin with a zero byte.
        if path.first == UInt8(ascii: "@") { path[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let bytes = Array(text.utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                // A manager that doesn't listen is its own business; there is nobody to tell.
                _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
