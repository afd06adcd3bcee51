/// What is logged of what others do.
import Feed
import Logging

/// A logger for lines that others can cause: a few at once, and then one a second (a token bucket). Who makes a stream begin
/// and end all day fills no disk with it, and hides no warning: warnings and errors have a bucket of their own.
public struct PeerLog: Sendable {
    /// So many lines are logged at once.
    public static let burst = 100
    /// After this, one more.
    public static let refill = Duration.seconds(1)

    private let logger: Logger
    private var notices: TokenBucket
    private var problems: TokenBucket
    /// Lines left out since the last one that was logged.
    private var unsaid = 0

    public init(_ logger: Logger, now: ContinuousClock.Instant = .now) {
        self.logger = logger
        notices = TokenBucket(burst: Self.burst, interval: Self.refill, now: now)
        problems = notices
    }

    /// Logs a line, or counts it.
    public mutating func log(
        _ level: Logger.Level, _ line: @autoclosure () -> Logger.Message,
        about fields: @autoclosure () -> Logger.Metadata = [:], now: ContinuousClock.Instant = .now
    ) {
        guard logger.logLevel <= level else { return }
        notices.refill(now)
        problems.refill(now)
        guard level < .warning ? notices.take() : problems.take() else {
            unsaid += 1
            return
        }
        sayWhatWasLeftOut()
        logger.log(level: level, line(), metadata: fields())
    }

    /// Says how many lines were left out, at the end.
    public mutating func sayWhatWasLeftOut() {
        guard unsaid > 0 else { return }
        logger.warning("\(unsaid) more lines like these were left out of the log: they came too fast")
        unsaid = 0
    }
}
