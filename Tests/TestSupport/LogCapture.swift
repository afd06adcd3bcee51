/// Log lines, for tests that read them.
import Logging

/// Keeps what is logged through ``logger``.
public struct LogCapture: Sendable {
    public struct Line: Sendable, Equatable {
        public let level: Logger.Level
        public let text: String
    }

    public let lines = Recorded<Line>()

    public init() {}

    public var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(lines: lines) }
        logger.logLevel = .trace
        return logger
    }

    /// What was logged at a level, in order.
    public func texts(_ level: Logger.Level) -> [String] { lines.all.filter { $0.level == level }.map(\.text) }

    private struct Handler: LogHandler {
        let lines: Recorded<Line>
        var logLevel = Logger.Level.trace
        var metadata = Logger.Metadata()

        init(lines: Recorded<Line>) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.append(Line(level: event.level, text: "\(event.message)")) }
    }
}
