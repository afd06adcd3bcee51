/// What is logged of what others do.
import Logging

/// A logger for lines that others can cause: a few at once, and then one a second (a token bucket). Who makes a stream begin
/// and end all day fills no disk with it, and hides no warning: warnings and errors have a bucket of their own.
public struct PeerLog: Sendable {
    /// So many lines are logged at once.
    public static let burst = 100
    /// After this, one more.
    public static let refill = Duration.seconds(1)

    private struct Bucket: Sendable {
        private var room = PeerLog.burst
        private var refilled: ContinuousClock.Instant

        init(now: ContinuousClock.Instant) { refilled = now }

        /// - Returns: whether there is room for a line, which is then taken.
        mutating func take(now: ContinuousClock.Instant) -> Bool {
            let earned = Int((now - refilled) / PeerLog.refill)
            if earned > 0 {
                room = min(room + earned, PeerLog.burst)
                refilled += PeerLog.refill * earned
            }
            guard room > 0 else { return false }
            room -= 1
            return true
        }
    }

    private let logger: Logger
    private var notices: Bucket
    private var problems: Bucket
    /// Lines left out since the last one that was logged.
    private var unsaid = 0

    public init(_ logger: Logger, now: ContinuousClock.Instant = .now) {
        self.logger = logger
        notices = Bucket(now: now)
        problems = Bucket(now: now)
    }

    /// Logs a line, or counts it.
    public mutating func log(
        _ level: Logger.Level, _ line: @autoclosure () -> Logger.Message, now: ContinuousClock.Instant = .now
    ) {
        guard logger.logLevel <= level else { return }
        guard level < .warning ? notices.take(now: now) : problems.take(now: now) else {
            unsaid += 1
            return
        }
        sayWhatWasLeftOut()
        logger.log(level: level, line())
    }

    /// Says how many lines were left out, at the end.
    public mutating func sayWhatWasLeftOut() {
        guard unsaid > 0 else { return }
        logger.warning("\(unsaid) more lines like these were left out of the log: they came too fast")
        unsaid = 0
    }
}
