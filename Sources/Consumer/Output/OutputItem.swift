/// What the output thread is handed.

/// Records that have their numbers, packed.
struct RecordBlock: Sendable {
    /// The number of the first record.
    let first: UInt64
    private(set) var payloads: [UInt8] = []
    private(set) var topics: [UInt8] = []
    private var ends: [(payload: Int, topic: Int)] = []

    init(first: UInt64) { self.first = first }

    var count: Int { ends.count }
    var next: UInt64 { first + UInt64(ends.count) }

    /// Appends a record: `write` appends its payload to the bytes it is given.
    mutating func append(topic: [UInt8], write: (inout [UInt8]) -> Void) {
        topics.append(contentsOf: topic)
        write(&payloads)
        ends.append((payloads.count, topics.count))
    }

    func forEach(_ body: (_ topic: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) throws -> Void) rethrows {
        try payloads.withUnsafeBytes { payloads in
            try topics.withUnsafeBytes { topics in
                var start = (payload: 0, topic: 0)
                for end in ends {
                    try body(
                        UnsafeRawBufferPointer(rebasing: topics[start.topic..<end.topic]),
                        UnsafeRawBufferPointer(rebasing: payloads[start.payload..<end.payload]))
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
        case .records(let block): block.payloads.count + block.topics.count
        case .unkept(let topic, let payload): topic.count + payload.count
        case .complete, .end: 1
        }
    }
}
