/// What the output thread is handed.
import Bytes

/// Records that have their numbers, packed.
struct RecordBlock: Sendable {
    /// Where each record ends in ``lines``, behind its line feed, and in ``topics``.
    typealias Ends = [(line: Int, topic: Int)]

    /// The number of the first record.
    let first: UInt64
    /// The payloads, each with a line feed behind it.
    let lines: SharedBytes
    let topics: [UInt8]
    let ends: Ends

    var next: UInt64 { first + UInt64(ends.count) }

    func forEach(_ body: (_ topic: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) throws -> Void) rethrows {
        try lines.withUnsafeBytes { lines in
            try topics.withUnsafeBytes { topics in
                var start = (line: 0, topic: 0)
                for end in ends {
                    try body(
                        UnsafeRawBufferPointer(rebasing: topics[start.topic..<end.topic]),
                        UnsafeRawBufferPointer(rebasing: lines[start.line..<(end.line - 1)]))
                    start = end
                }
            }
        }
    }
}

enum OutputItem: Sendable {
    case records(RecordBlock)
    /// Something that isn't kept.
    case unkept(topic: [UInt8], payload: [UInt8])
    /// Whether everything that could come out so far is out.
    case complete(Bool)
    /// No record will follow.
    case end

    /// In bytes, roughly.
    var weight: Int {
        switch self {
        case .records(let block): block.lines.capacity + block.topics.count
        case .unkept(let topic, let payload): topic.count + payload.count
        case .complete, .end: 1
        }
    }
}
