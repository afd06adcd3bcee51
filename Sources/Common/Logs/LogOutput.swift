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

    /// A place, and whether it is journald's.
    private struct Place {
        let lane: LogLane
        let isJournal: Bool
    }

    /// Locked, so that lines from several threads stand in the same order in all places.
    private let places: Mutex<[Place]>
    private let leastLevel = Atomic(Logger.Level.info.rank)
    private let format: LogFormat
    private let path: String?
    /// What there is to be said of the file.
    let remark: String?

    /// - Parameter path: the file's; nil: there is none.
    /// - Throws: ``ExitStatus`` 73 when the file can't be opened for appending, or isn't to be.
    public convenience init(path: String?, format: LogFormat = .text) throws(ExitStatus) {
        try self.init(path: path, format: format, standardError: STDERR_FILENO)
    }

    /// - Parameter standardError: the descriptor to use for it.
    init(path: String?, format: LogFormat = .text, standardError: Int32) throws(ExitStatus) {
        self.path = path
        self.format = format
        let file = try path.map { path throws(ExitStatus) in try LogFile.open(path) }
        remark = file?.remark
        var places = [Self.place(standardError, format, isJournal: Self.isJournal(standardError))]
        if let file { places.append(Self.place(file.descriptor, format, isOwned: true, besides: places[0])) }
        self.places = Mutex(places)
    }

    /// - Parameter other: where it is said that nothing can be written to this one any more.
    private static func place(
        _ descriptor: Int32, _ format: LogFormat, isOwned: Bool = false, isJournal: Bool = false,
        besides other: Place? = nil
    ) -> Place {
        let lane = LogLane(descriptor, isOwned: isOwned, limit: queueLimit) { count in
            LogLine(
                level: .warning, program: "log", message: "\(count) lines of the log were dropped: nobody took them"
            ).bytes(format, isForJournal: isJournal, at: .now)
        } failed: { problem in
            let line = LogLine(
                level: .error, program: "log",
                message:
                    "The log file can't be written: \(String(cString: strerror(problem))). Lines are dropped there until it can"
            )
            other?.lane.push(line.bytes(format, isForJournal: other?.isJournal ?? false, at: .now))
        }
        return Place(lane: lane, isJournal: isJournal)
    }

    /// Of the least important messages that go out.
    var level: Logger.Level {
        get { Logger.Level.inOrder[leastLevel.load(ordering: .relaxed)] }
        set { leastLevel.store(newValue.rank, ordering: .relaxed) }
    }

    /// Goes on in a new file of the same name: somebody has moved the old one away.
    func reopen() {
        guard let path else { return }
        do {
            let file = try LogFile.open(path)
            let old = places.withLock { places in
                let last = places.count - 1
                defer { places[last] = Self.place(file.descriptor, format, isOwned: true, besides: places[0]) }
                return places[last]
            }
            // What waits there is still written.
            old.lane.close()
        } catch {
            write(LogLine(level: .error, program: "log", message: "\(error) The log goes on in the old file"))
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
        for place in places.withLock({ $0 }) { place.lane.close() }
    }

    func write(_ line: LogLine) {
        let now = Timestamp.now
        places.withLock { places in
            for place in places { place.lane.push(line.bytes(format, isForJournal: place.isJournal, at: now)) }
        }
    }

    /// Waits until what was logged is written, for a moment at most: the last lines of a program say why it ends.
    public func flush() {
        let end = DispatchTime.now() + Self.patience
        for place in places.withLock({ $0 }) { place.lane.flush(until: end) }
    }

}

extension Logger.Level {
    /// Its place among all levels.
    fileprivate var rank: Int { Self.inOrder.firstIndex(of: self) ?? 0 }
    /// Made once: whoever logs asks for the level each time.
    fileprivate static let inOrder = allCases
}
