/// What the output thread is handed.

/// Records that have their numbers, packed.
struct RecordBlock: Sendable {
    /// The number of the first record.
    let first: UInt64
    /// The payloads, each with a line feed behind it.
    private(set) var lines: [UInt8] = []
    private(set) var topics: [UInt8] = []
    private var ends: [(line: Int, topic: Int)] = []

    /// - Parameter size: room to make at once, in bytes of lines.
    init(first: UInt64, reserving size: Int = 0) {
        self.first = first
        lines.reserveCapacity(size)
    }

    var count: Int { ends.count }
    var next: UInt64 { first + UInt64(ends.count) }

    mutating func append(topic: [UInt8], payload: UnsafeRawBufferPointer) {
        topics.append(contentsOf: topic)
        lines.append(contentsOf: payload)
        lines.append(UInt8(ascii: "\n"))
        ends.append((lines.count, topics.count))
    }

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
        case .records(let block): block.lines.count + block.topics.count
        case .unkept(let topic, let payload): topic.count + payload.count
        case .complete, .end: 1
        }
    }
}
