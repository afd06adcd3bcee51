/// Lines that have been read.
import Bytes
import Chat
import Records
import Streaming

/// A line that isn't a message: no more than what a record of it needs, since a batch may consist of them.
package struct RejectedLine: Sendable {
    package let sequence: UInt64
    /// The line, or its beginning.
    package let line: String
    package let reason: String

    package init(sequence: UInt64, line: String, reason: String) {
        self.sequence = sequence
        self.line = line
        self.reason = reason
    }
}

/// What a batch of lines comes to.
public struct DecodedBatch: Sendable {
    /// The number of the first line.
    package var first: UInt64 = 1
    /// How many lines there were.
    package var count = 0
    package var messages = MessageBatch(stream: "")
    /// Lines that aren't messages.
    package var rejected: [RejectedLine] = []
    /// The lines of messages that had to be set aside, or may have to be, by number.
    package var lines: [UInt64: KeptLine] = [:]

    public init() {}

    package var stream: String { messages.stream }
    /// The number behind the last line's.
    package var next: UInt64 { first.plus(UInt64(count)) }
}
