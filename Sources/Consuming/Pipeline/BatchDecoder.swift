/// From lines to messages.
import Bytes
import Chat
import Feed
import Records
import Streaming

/// A line that isn't a message: no more than what a record of it needs, since a batch may consist of them.
struct RejectedLine: Sendable {
    let sequence: UInt64
    /// The line, or its beginning.
    let line: String
    let reason: String
}

/// What a batch of lines comes to.
public struct DecodedBatch: Sendable {
    /// The number of the first line.
    var first: UInt64 = 1
    /// How many lines there were.
    var count = 0
    var messages = MessageBatch(stream: "")
    /// Lines that aren't messages.
    var rejected: [RejectedLine] = []
    /// The lines of messages that had to be set aside, or may have to be, by number.
    var lines: [UInt64: KeptLine] = [:]

    public init() {}

    var stream: String { messages.stream }
    /// The number behind the last line's.
    var next: UInt64 { first.plus(UInt64(count)) }
}

/// Decodes batches of lines; what isn't a message is set aside with its reason.
public struct BatchDecoder {
    private let decoder = MessageDecoder()

    public init() {}

    /// Replaces what is in `batch`, and uses its room again.
    public func decode(_ lines: LineBatch, into batch: inout DecodedBatch) {
        batch.first = lines.first
        batch.count = lines.count
        batch.messages.begin(stream: lines.stream)
        batch.messages.reserve(count: lines.count, bytes: lines.size)
        batch.rejected = []
        batch.lines = [:]
        lines.forEachLine { sequence, line in
            do throws(Rejection) {
                batch.messages.append(try decoder.decode(line), sequence: sequence)
            } catch {
                let kept = KeptLine(line)
                batch.rejected.append(
                    RejectedLine(sequence: sequence, line: kept.text, reason: error.description + kept.note))
            }
        }
    }
}
