/// From swift-log to lines.
import Logging

/// Makes a line of each message. Its metadata says what it is about.
public struct LineLogHandler: LogHandler {
    /// The output's, which may change; but for those who have set one of their own.
    public var logLevel: Logger.Level {
        get { own ?? output.level }
        set { own = newValue }
    }
    public var metadata = Logger.Metadata()
    private var own: Logger.Level?
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
        var message = "\(event.message)"
        if let error = event.error { message += ": \(error)" }
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        output.write(
            LogLine(
                level: event.level, program: label, message: message,
                fields: fields.map { ($0.key, "\($0.value)") }))
    }
}
