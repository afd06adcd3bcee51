/// From lines to messages.
import Bytes
import Chat
import Feed
import Records
import Storage
import Streaming

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
