/// Records on their way out.
import Bytes
import Feed

/// Records that have their numbers, packed.
package struct RecordBlock: Sendable {
    /// Where each record ends in ``lines``, behind its line feed, and in ``topics``.
    package typealias Ends = [(line: Int, topic: Int)]

    /// The number of the first record.
    package let first: UInt64
    /// The payloads, each with a line feed behind it.
    package let lines: SharedBytes
    package let topics: [UInt8]
    package let ends: Ends
    /// What happened to the window whose entry this is; nil: nobody wants to know.
    package var trace: EntryTrace?

    package init(first: UInt64, lines: SharedBytes, topics: [UInt8], ends: Ends) {
        self.first = first
        self.lines = lines
        self.topics = topics
        self.ends = ends
    }

    package var next: UInt64 { first + UInt64(ends.count) }

    /// The lines alone, not copied.
    package var lineBlock: LineBlock { LineBlock(first: first, ends: ends.map(\.line), bytes: lines) }

    package func forEach(_ body: (_ topic: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) throws -> Void)
        rethrows
    {
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
