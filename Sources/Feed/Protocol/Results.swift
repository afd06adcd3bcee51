/// The question and the answers on a results socket, frame by frame.

/// What a client sends on its DEALER socket.
public enum ResultsRequest: Hashable, Sendable {
    /// `PUT`, a number of the client's own choice, and records: lines of JSON, joined by `\n`.
    case put(number: UInt64, lines: [UInt8])

    /// So many lines one request has at most.
    public static let mostLines = 10_000
    /// So many commas stand between values. A window of the shortest messages has half of that.
    public static let mostValues = 2_000_000

    public var frames: [[UInt8]] {
        switch self {
        case .put(let number, let lines): [Array("PUT".utf8), number.bigEndianBytes, lines]
        }
    }

    /// nil when the frames aren't a request.
    public init?(frames: [[UInt8]]) {
        guard frames.count == 3, frames[0] == Array("PUT".utf8), let number = UInt64(bigEndianBytes: frames[1]) else {
            return nil
        }
        self = .put(number: number, lines: frames[2])
    }
}

/// What the consumer answers, with the request's number.
public enum ResultsAnswer: Hashable, Sendable {
    /// `OK`, number: all of it is durable, or was before.
    case taken(number: UInt64)
    /// `NO`, number, reason: nothing of it has been taken, nor will be.
    case refused(number: UInt64, reason: String)

    public var frames: [[UInt8]] {
        switch self {
        case .taken(let number): [Array("OK".utf8), number.bigEndianBytes]
        case .refused(let number, let reason): [Array("NO".utf8), number.bigEndianBytes, Array(reason.utf8)]
        }
    }
}
