/// From lines to messages.
import Common
import Feed
import Streaming

/// Decodes batches of lines; what isn't a message is set aside with its reason.
struct BatchDecoder {
    private let decoder = MessageDecoder()

    /// - Parameter rejected: lines that aren't messages are appended here.
    func decode(_ lines: LineBatch, rejected: inout [SetAside]) -> MessageBatch {
        var messages = MessageBatch(stream: lines.stream)
        messages.reserve(count: lines.count, bytes: lines.size)
        lines.forEachLine { sequence, line in
            do throws(Rejection) {
                messages.append(try decoder.decode(line), sequence: sequence)
            } catch {
                rejected.append(
                    SetAside(
                        kind: .rejected, stream: lines.stream, sequence: sequence, sessionID: nil,
                        line: String(decoding: line, as: UTF8.self), reason: error.description))
            }
        }
        return messages
    }
}
