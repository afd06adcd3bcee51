/// The form of the log: one line a message.
import Bytes
import Logging

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
