/// The logging options that every program has.
import ArgumentParser
import Glibc
import Logging

/// The log levels of the command line.
public enum LogLevel: String, Choice, Sendable {
    case debug = "DEBUG"
    case info = "INFO"
    case warning = "WARNING"
    case error = "ERROR"
    case critical = "CRITICAL"

    public init?(argument: String) { self.init(rawValue: argument.uppercased()) }

    public var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}

/// `--log-level`, `--log-file` and `--log-format`.
public struct LogOptions: ParsableArguments, Sendable {
    @Option(help: "Least important messages to log: DEBUG, INFO, WARNING, ERROR or CRITICAL.")
    public var logLevel = LogLevel.info

    @Option(help: "File that the log is also appended to ('none': no file).")
    public var logFile = "streamllm.log"

    @Option(help: "How lines of the log are written: text, logfmt or json.")
    public var logFormat = LogFormat.text

    /// Whether the log's file is the one that a path leads to.
    public func isWritten(to path: String) -> Bool {
        var (log, other) = (stat(), stat())
        guard stat(logFile, &log) == 0, stat(path, &other) == 0, log.st_mode & S_IFMT == S_IFREG else { return false }
        return (log.st_dev, log.st_ino) == (other.st_dev, other.st_ino)
    }

    public init() {}

    /// Opens the places that the log goes to: standard error, and the file.
    ///
    /// - Throws: ``ExitStatus`` 73 when the file can't be opened.
    public func makeOutput() throws(ExitStatus) -> LogOutput {
        try LogOutput(path: logFile == "none" || logFile.isEmpty ? nil : logFile, format: logFormat)
    }

    /// Makes the program's logger.
    ///
    /// - Parameters:
    ///   - label: the program's name, which begins every line.
    ///   - output: what ``makeOutput()`` opened.
    public func makeLogger(_ label: String, _ output: LogOutput) -> Logger {
        let logger = Logger(label: label) { LineLogHandler(label: $0, output: output) }
        output.level = logLevel.level
        if let remark = output.remark { logger.warning("\(remark)") }
        return logger
    }
}
