/// What the output thread is handed.
import Bytes
import Storage

package enum OutputItem: Sendable {
    case records(RecordBlock)
    /// Something that isn't kept.
    case unkept(topic: [UInt8], payload: [UInt8])
    /// Whether everything that could come out so far is out.
    case complete(Bool)
    /// No record will follow.
    case end

    /// In bytes, roughly.
    package var weight: Int {
        switch self {
        case .records(let block): block.lines.capacity + block.topics.count
        case .unkept(let topic, let payload): topic.count + payload.count
        case .complete, .end: 1
        }
    }
}
