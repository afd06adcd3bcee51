/// The log: one line a message, on standard error and in a file.
import Foundation
import Logging
import Synchronization

/// Where log lines go. Each line is one `write(2)`, so that programs that share a file don't mix within a line.
public final class LogOutput: Sendable {
    private let file: Int32?
    /// Lines from several threads stand in the same order in both places.
    private let order = Mutex(())
    /// Under journald a line's importance is its prefix (sd-daemon(3)), and journald adds the time itself.
    private let isJournal: Bool

    /// - Throws: ``ExitStatus`` 73 when `path` can't be opened for appending.
    public init(path: String?) throws(ExitStatus) {
        isJournal = Self.isStandardErrorJournal
        guard let path else {
            file = nil
            return
        }
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotCreate(
                "Log file can't be written: \(path): \(String(cString: strerror(errno))) (see --log-file)")
        }
        file = descriptor
    }

    /// Whether standard error is the one that JOURNAL_STREAM names, by device and inode (systemd.exec(5)): the variable
    /// alone is inherited by shells whose standard error is something else.
    private static var isStandardErrorJournal: Bool {
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return ProcessInfo.processInfo.environment["JOURNAL_STREAM"] == "\(status.st_dev):\(status.st_ino)"
    }

    deinit {
        if let file { close(file) }
    }

    func write(_ level: Logger.Level, _ text: String) {
        let time = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let stamped = "\(time) \(level.rawValue.uppercased()) \(text)\n"
        order.withLock { _ in
            put(level, text, stamped)
        }
    }

    private func put(_ level: Logger.Level, _ text: String, _ stamped: String) {
        Self.put(isJournal ? "<\(level.journalPriority)>\(text)\n" : stamped, on: STDERR_FILENO)
        if let file { Self.put(stamped, on: file) }
    }

    private static func put(_ line: String, on descriptor: Int32) {
        // A log that can't be written (a full disk, a closed terminal) must not stop the program.
        var line = line
        line.withUTF8 { bytes in _ = Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
    }
}

/// Formats log messages: `TIME LEVEL program: message key=value …`.
public struct LineLogHandler: LogHandler {
    public var logLevel = Logger.Level.info
    public var metadata = Logger.Metadata()
    private let label: String
    private let output: LogOutput

    public init(label: String, output: LogOutput) {
        self.label = label
        self.output = output
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var text = "\(label): \(event.message)"
        if let error = event.error { text += ": \(error)" }
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) { text += " \(key)=\(value)" }
        output.write(event.level, text.terminalSafe)
    }
}

extension Logger.Level {
    /// The importance as syslog(3) counts it.
    fileprivate var journalPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
