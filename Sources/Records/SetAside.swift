/// Messages that are in no window: late ones and rejected ones. They are kept and published like entries.
import Bytes
import Chat

/// A line that reached the consumer and is in no window.
public struct SetAside: Sendable {
    public enum Kind: Hashable, Sendable {
        /// A message that came after its windows had closed.
        case late
        /// Not a message, or one with a time that can't be believed.
        case rejected
    }

    public var kind: Kind
    public var stream: String
    /// The line's number in its stream, from 1; blank lines aren't numbered.
    public var sequence: UInt64
    /// nil where the line has none that can be read.
    public var sessionID: String?
    /// The line as it came. Bytes that aren't UTF-8 are replaced by U+FFFD.
    public var line: String
    public var reason: String

    public init(
        kind: Kind, stream: String, sequence: UInt64, sessionID: String?, line: String, reason: String
    ) {
        self.kind = kind
        self.stream = stream
        self.sequence = sequence
        self.sessionID = sessionID
        self.line = line
        self.reason = reason
    }

    /// The record's id: the same for the same line of a stream.
    public var id: String {
        var id = ByteWriter(capacity: 128)
        write(id: &id)
        return id.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private func write(id: inout ByteWriter) {
        id.append(idPart: stream)
        id.append("/")
        id.appendDecimal(sequence)
        id.append(kind == .late ? "/late" : "/rejected" as StaticString)
    }

    /// Writes the record as one line of CloudEvents JSON, without the newline.
    public func write(to json: inout JSONWriter, sequence outputSequence: UInt64, time: Timestamp) {
        json.event(
            type: kind == .late ? CloudEvent.late : CloudEvent.rejected, subject: sessionID, sequence: outputSequence,
            time: time
        ) { id in
            write(id: &id)
        } data: { data in
            data.field("stream", stream)
            data.field("session_id", sessionID)
            data.field("line", line)
            data.field("reason", reason)
            data.key("position")
            data.object { json in
                json.field("stream", stream)
                json.field("sequence", sequence)
            }
        }
    }
}
