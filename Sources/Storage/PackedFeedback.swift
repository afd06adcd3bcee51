/// Feedback as the store keeps it.
import Bytes
import Chat
import Records

extension Feedback {
    func write(to writer: inout ByteWriter) {
        writer.append(counted: id)
        writer.append(counted: entry)
        writer.append(counted: sessionID)
        writer.append(counted: kind.rawValue)
        writer.append(optional: text)
        writer.append(optional: rating)
        writer.append(optional: reason)
        writer.append(optional: actor)
        writer.append(optional: at.map { Int($0.milliseconds) })
    }

    init(from reader: inout ByteReader) throws(DamagedBytes) {
        let (id, entry, sessionID) = (try reader.string(), try reader.string(), try reader.string())
        guard let kind = Kind(rawValue: try reader.string()) else { throw DamagedBytes() }
        self.init(
            id: id, entry: entry, sessionID: sessionID, kind: kind, text: try reader.optionalString(),
            rating: try reader.optionalInteger(), reason: try reader.optionalString(),
            actor: try reader.optionalString(),
            at: try reader.optionalInteger().map { Timestamp(milliseconds: Int64($0)) })
    }
}
