/// The questions and answers of replay, frame by frame. All numbers are 8 bytes, big-endian.

/// What a subscriber asks on its DEALER socket.
public enum ReplayRequest: Hashable, Sendable {
    /// `FETCH`, stream, first number wanted, most bytes wanted, and the ``Fingerprint`` of the first record and of the last
    /// one taken (that before the first number wanted), where they are known; an empty frame where only the second is.
    case fetch(stream: String, from: UInt64, budget: UInt64, fingerprint: String? = nil, last: String? = nil)
    /// `HOLD`, stream: busy, but here and not done. Isn't answered.
    case hold(stream: String)
    /// `END`, stream, and the last record's ``Fingerprint``, where there is one: everything up to the end has arrived and is
    /// safe; or, before the end, this follower needn't be waited for. Isn't answered.
    case end(stream: String, last: String? = nil)

    public var frames: [[UInt8]] {
        switch self {
        case .fetch(let stream, let from, let budget, let fingerprint, let last):
            [Array("FETCH".utf8), Array(stream.utf8), from.bigEndianBytes, budget.bigEndianBytes]
                + (fingerprint ?? last.map { _ in "" }).frames + last.frames
        case .hold(let stream): [Array("HOLD".utf8), Array(stream.utf8)]
        case .end(let stream, let last): [Array("END".utf8), Array(stream.utf8)] + last.frames
        }
    }

    /// nil when the frames aren't a request.
    public init?(frames: [[UInt8]]) {
        guard frames.count >= 2 else { return nil }
        let stream = String(decoding: frames[1], as: UTF8.self)
        switch (String(decoding: frames[0], as: UTF8.self), frames.count) {
        case ("FETCH", 4...6):
            guard let from = UInt64(bigEndianBytes: frames[2]), frames[3].count == 8 else { return nil }
            // Whatever is asked for, an answer has its own limit.
            let budget = UInt64(bigEndianBytes: frames[3]) ?? Position.sequenceLimit - 1
            self = .fetch(
                stream: stream, from: from, budget: budget, fingerprint: Self.text(frames, 4),
                last: Self.text(frames, 5))
        case ("HOLD", 2): self = .hold(stream: stream)
        case ("END", 2...3): self = .end(stream: stream, last: Self.text(frames, 2))
        default: return nil
        }
    }
}

extension ReplayRequest {
    /// A frame that may be missing or empty.
    private static func text(_ frames: [[UInt8]], _ index: Int) -> String? {
        guard index < frames.count, !frames[index].isEmpty else { return nil }
        return String(decoding: frames[index], as: UTF8.self)
    }
}

extension String? {
    /// One frame, where there is a text.
    fileprivate var frames: [[UInt8]] { map { [Array($0.utf8)] } ?? [] }
}

/// What a publisher answers on its ROUTER socket.
public enum ReplayAnswer: Hashable, Sendable {
    /// `BATCH`, stream, first number, the publisher's next number, the records joined by `\n`.
    case batch(stream: String, first: UInt64, next: UInt64, lines: [UInt8])
    /// `NOTHING`, stream, the publisher's next number: what was asked for hasn't been published yet.
    case nothing(stream: String, next: UInt64)
    /// `GONE`, stream, first number kept.
    case gone(stream: String, firstKept: UInt64)
    /// `UNKNOWN`, stream: this publisher doesn't have that stream.
    case unknown(stream: String)
    /// `OTHER`, stream: what this publisher has under that name has another first record, or another one before the first
    /// that was asked for.
    case other(stream: String)

    /// Which frame of a `BATCH` has the records, from 0.
    static let recordsFrame = 4

    public var frames: [[UInt8]] {
        switch self {
        case .batch(let stream, let first, let next, let lines):
            [Array("BATCH".utf8), Array(stream.utf8), first.bigEndianBytes, next.bigEndianBytes, lines]
        case .nothing(let stream, let next): [Array("NOTHING".utf8), Array(stream.utf8), next.bigEndianBytes]
        case .gone(let stream, let kept): [Array("GONE".utf8), Array(stream.utf8), kept.bigEndianBytes]
        case .unknown(let stream): [Array("UNKNOWN".utf8), Array(stream.utf8)]
        case .other(let stream): [Array("OTHER".utf8), Array(stream.utf8)]
        }
    }

    /// Which stream it is about.
    var stream: String {
        switch self {
        case .batch(let stream, _, _, _), .nothing(let stream, _), .gone(let stream, _), .unknown(let stream),
            .other(let stream):
            stream
        }
    }

    /// nil when the frames aren't an answer.
    public init?(frames: [[UInt8]]) {
        guard frames.count >= 2 else { return nil }
        let stream = String(decoding: frames[1], as: UTF8.self)
        switch (String(decoding: frames[0], as: UTF8.self), frames.count) {
        case ("BATCH", 5):
            guard let first = UInt64(bigEndianBytes: frames[2]), let next = UInt64(bigEndianBytes: frames[3])
            else { return nil }
            self = .batch(stream: stream, first: first, next: next, lines: frames[4])
        case ("NOTHING", 3):
            guard let next = UInt64(bigEndianBytes: frames[2]) else { return nil }
            self = .nothing(stream: stream, next: next)
        case ("GONE", 3):
            guard let kept = UInt64(bigEndianBytes: frames[2]) else { return nil }
            self = .gone(stream: stream, firstKept: kept)
        case ("UNKNOWN", 2): self = .unknown(stream: stream)
        case ("OTHER", 2): self = .other(stream: stream)
        default: return nil
        }
    }
}
