/// How much memory the process has taken at the most.
import Foundation

enum PeakMemory {
    /// Forgets what it was (https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html).
    static func begin() throws {
        try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    }

    /// In bytes, since ``begin()``.
    static func bytes() throws -> Int { try value("VmHWM") }

    /// In bytes, now.
    static func now() throws -> Int { try value("VmRSS") }

    private static func value(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        guard let kibibytes else { throw CocoaError(.fileReadCorruptFile) }
        return kibibytes << 10
    }
}
