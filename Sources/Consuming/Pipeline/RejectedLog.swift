/// Lines that aren't messages, in the log.
import Logging
import Storage

/// Says that lines were rejected: of the first one, and then each time that there are ten times as many.
struct RejectedLog {
    private let logger: Logger
    private var count = 0
    private var next = 1

    init(_ logger: Logger) { self.logger = logger }

    mutating func say(_ lines: [RejectedLine], of stream: String) {
        count += lines.count
        guard let first = lines.first, count >= next else { return }
        while next <= count { next *= 10 }
        logger.warning(
            "\(count) lines so far are no messages: record \(first.sequence) of \(stream): \(first.reason)",
            metadata: ["stream": "\(stream)"])
    }
}
