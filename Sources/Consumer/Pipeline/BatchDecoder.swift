/// From lines to messages.
import Common
import Feed
import Streaming

/// What a batch of lines comes to.
struct DecodedBatch: Sendable {
    var messages: MessageBatch
    /// Lines that aren't messages.
    var rejected: [SetAside] = []
}

/// Decodes batches of lines; what isn't a message is set aside with its reason.
struct BatchDecoder {
    private let decoder = MessageDecoder()

    func decode(_ lines: LineBatch) -> DecodedBatch {
        var batch = DecodedBatch(messages: MessageBatch(stream: lines.stream))
        decode(lines, into: &batch)
        return batch
    }

    /// Replaces what is in `batch`, and uses its room again.
    func decode(_ lines: LineBatch, into batch: inout DecodedBatch) {
        batch.messages.begin(stream: lines.stream)
        batch.messages.reserve(count: lines.count, bytes: lines.size)
        batch.rejected = []
        lines.forEachLine { sequence, line in
            do throws(Rejection) {
                batch.messages.append(try decoder.decode(line), sequence: sequence)
            } catch {
                batch.rejected.append(
                    SetAside(
                        kind: .rejected, stream: lines.stream, sequence: sequence, sessionID: nil,
                        line: String(decoding: line, as: UTF8.self), reason: error.description))
            }
        }
    }
}
