/// The question and the answers on a feedback socket, frame by frame.

/// What a client sends on its DEALER socket, or REQ socket.
public enum SubmissionRequest: Hashable, Sendable {
    /// `SUBMIT`, and a line of JSON.
    case submit(line: [UInt8])

    /// The consumer refuses a longer one, in bytes.
    public static let longestLine = 64 << 10
    /// An id has at least one byte, and at most so many.
    public static let longestID = 128

    public var frames: [[UInt8]] {
        switch self {
        case .submit(let line): [Array("SUBMIT".utf8), line]
        }
    }

    /// nil when the frames aren't a request.
    public init?(frames: [[UInt8]]) {
        guard frames.count == 2, frames[0] == Array("SUBMIT".utf8) else { return nil }
        self = .submit(line: frames[1])
    }
}

/// What the consumer answers. The id is the feedback's, as far as it could be read: a client may have several under way.
public enum SubmissionAnswer: Hashable, Sendable {
    /// `ACCEPTED`, the record's number, id: the record is durable.
    case accepted(record: UInt64, id: String)
    /// `REFUSED`, reason, id: nothing has been kept.
    case refused(reason: String, id: String)

    public var frames: [[UInt8]] {
        switch self {
        case .accepted(let record, let id): [Array("ACCEPTED".utf8), record.bigEndianBytes, Array(id.utf8)]
        case .refused(let reason, let id): [Array("REFUSED".utf8), Array(reason.utf8), Array(id.utf8)]
        }
    }

    /// nil when the frames aren't an answer.
    public init?(frames: [[UInt8]]) {
        guard frames.count == 3 else { return nil }
        let id = String(decoding: frames[2], as: UTF8.self)
        switch String(decoding: frames[0], as: UTF8.self) {
        case "ACCEPTED":
            guard let record = UInt64(bigEndianBytes: frames[1]) else { return nil }
            self = .accepted(record: record, id: id)
        case "REFUSED": self = .refused(reason: String(decoding: frames[1], as: UTF8.self), id: id)
        default: return nil
        }
    }
}
