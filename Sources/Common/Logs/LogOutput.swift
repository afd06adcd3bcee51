/// The places that the log goes to.
import Chat
import Foundation
import Logging
import Synchronization

/// Where log lines go: to standard error and to a file, in the same order, without ever waiting for either. Each line is one
/// `write(2)`, so that programs that share a file don't mix within a line.
public final class LogOutput: Sendable {
    /// Lines wait for each place up to this size, in bytes: some thousands of them, more than anything but a fault brings
    /// while a reader takes a break.
    static let queueLimit = 1 << 20
    /// How long the end of the program waits for its last lines where nobody takes them.
    static let patience = DispatchTimeInterval.milliseconds(500)

    /// Under journald a line's importance is its prefix (sd-daemon(3)), and journald adds the time itself.
    private enum Form { case stamped, journal }

    /// Locked, so that lines from several threads stand in the same order in all places.
    private let lanes: Mutex<[(lane: LogLane, form: Form)]>
    /// What there is to be said of the file.
    let remark: String?

    /// - Parameter path: the file's; nil: there is none.
    /// - Throws: ``ExitStatus`` 73 when the file can't be opened for appending, or isn't to be.
    public convenience init(path: String?) throws(ExitStatus) {
        try self.init(path: path, standardError: STDERR_FILENO)
    }

    /// - Parameter standardError: the descriptor to use for it.
    init(path: String?, standardError: Int32) throws(ExitStatus) {
        let file = try path.map { path throws(ExitStatus) in try LogFile.open(path) }
        remark = file?.remark
        let form = Self.isJournal(standardError) ? Form.journal : .stamped
        var lanes = [(Self.lane(standardError, isOwned: false, form), form)]
        if let file { lanes.append((Self.lane(file.descriptor, isOwned: true, .stamped), .stamped)) }
        self.lanes = Mutex(lanes)
    }

    private static func lane(_ descriptor: Int32, isOwned: Bool, _ form: Form) -> LogLane {
        LogLane(descriptor, isOwned: isOwned, limit: queueLimit) { count in
            line(.warning, "log: \(count) lines of the log were dropped: nobody took them", form, now)
        }
    }

    /// Whether a descriptor is the one that JOURNAL_STREAM names, by device and inode (systemd.exec(5)): the variable alone
    /// is inherited by shells whose standard error is something else.
    private static func isJournal(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        return ProcessInfo.processInfo.environment["JOURNAL_STREAM"] == "\(status.st_dev):\(status.st_ino)"
    }

    deinit {
        flush()
        for (lane, _) in lanes.withLock({ $0 }) { lane.close() }
    }

    func write(_ level: Logger.Level, _ text: String) {
        let now = Self.now
        lanes.withLock { lanes in
            for (lane, form) in lanes { lane.push(Self.line(level, text, form, now)) }
        }
    }

    /// Waits until what was logged is written, for a moment at most: the last lines of a program say why it ends.
    public func flush() {
        let end = DispatchTime.now() + Self.patience
        for (lane, _) in lanes.withLock({ $0 }) { lane.flush(until: end) }
    }

    private static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    private static func line(_ level: Logger.Level, _ text: String, _ form: Form, _ now: Timestamp) -> [UInt8] {
        switch form {
        case .journal: Array("<\(level.journalPriority)>\(text)\n".utf8)
        case .stamped: Array("\(now) \(level.rawValue.uppercased()) \(text)\n".utf8)
        }
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
