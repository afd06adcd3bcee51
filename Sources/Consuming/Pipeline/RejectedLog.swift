/// Lines that aren't messages, in the log.
import Answering
import Logging
import Storage
import Threads

/// Says that lines were rejected: of the first one, and then each time that there are ten times as many.
struct RejectedLog {
    private let logger: Logger
    /// What a reason isn't to show, which quotes the line.
    private let masked: Noticeboard<[MaskKind]>
    private var count = 0
    private var next = 1

    init(_ logger: Logger, masked: Noticeboard<[MaskKind]>) {
        self.logger = logger
        self.masked = masked
    }

    mutating func say(_ lines: [RejectedLine], of stream: String) {
        count += lines.count
        guard let first = lines.first, count >= next else { return }
        while next <= count { next *= 10 }
        let reason = MaskKind.mask(masked.reading, in: first.reason)
        logger.warning(
            "\(count) lines so far are no messages: record \(first.sequence) of \(stream): \(reason)",
            metadata: ["stream": "\(stream)"])
    }
}
