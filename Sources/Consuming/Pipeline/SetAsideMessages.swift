/// What the engine set aside, counted and told.
import Outbox
import Records
import Storage
import Streaming

extension Action {
    /// The number of a message that isn't in a window.
    var setAsideSequence: UInt64? {
        switch self {
        case .result: nil
        case .late(let message): message.sequence
        case .rejected(let message): message.sequence
        }
    }
}

extension Counts {
    /// Counts a message that the engine set aside.
    mutating func note(_ action: Action) {
        switch action {
        case .result: break
        case .late: late += 1
        case .rejected:
            rejected += 1
            accepted -= 1
        }
    }
}

extension SetAside {
    init(_ line: RejectedLine, of stream: String) {
        self.init(
            kind: .rejected, stream: stream, sequence: line.sequence, sessionID: nil, line: line.line,
            reason: line.reason)
    }

    init(_ message: LateMessage, line: KeptLine) {
        self.init(
            .late, stream: message.stream, sequence: message.sequence, sessionID: message.sessionID, line: line,
            reason:
                "late: its time is \(message.timestamp), and the stream's watermark had reached \(message.watermark)")
    }

    init(_ message: RejectedMessage, line: KeptLine) {
        self.init(
            .rejected, stream: message.stream, sequence: message.sequence, sessionID: message.sessionID, line: line,
            reason:
                "from the future: its time is \(message.timestamp), the stream had reached \(message.reached), and no message near it followed"
        )
    }
}
