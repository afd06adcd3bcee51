/// The envelope around everything that the workspace keeps: CloudEvents 1.0, structured JSON
/// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).

/// Names that stand in every record.
public enum CloudEvent {
    public static let entry: StaticString = "streamllm.workspace.entry.v1"
    public static let late: StaticString = "streamllm.message.late.v1"
    public static let rejected: StaticString = "streamllm.message.rejected.v1"
    static let source: StaticString = "/streamllm/consumer"
}

/// Parts of an id, written so that no two different ids can look the same.
enum EntryID {
    /// An id of which `write` appends the parts.
    static func make(_ write: (inout ByteWriter) -> Void) -> String {
        var id = ByteWriter(capacity: 128)
        write(&id)
        return id.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension ByteWriter {
    /// Appends `text` with the separator and the escape character themselves escaped, as in a URL.
    mutating func append(idPart text: String) {
        var text = text
        text.withUTF8 { text in
            for byte in text {
                switch byte {
                case UInt8(ascii: "/"): append("%2F")
                case UInt8(ascii: "%"): append("%25")
                default: append(byte)
                }
            }
        }
    }
}

extension JSONWriter {
    /// Writes an event with `data` inside.
    mutating func event(
        type: StaticString, id: String, subject: String?, sequence: UInt64, time: Timestamp,
        data: (inout JSONWriter) -> Void
    ) {
        // Every record has these; what is the same in all of them is written in one piece.
        element { json in
            json.verbatim("{\"specversion\":\"1.0\",\"id\":")
            json.value(id)
            json.verbatim(",\"source\":")
            json.value(CloudEvent.source)
            json.verbatim(",\"type\":")
            json.value(type)
            // CloudEvents forbids an empty subject: a line without a session has none.
            if let subject {
                json.verbatim(",\"subject\":")
                json.value(subject)
            }
            json.verbatim(",\"time\":")
            json.value(recordTime: time)
            json.verbatim(",\"datacontenttype\":\"application/json\",\"sequence\":")
            json.value(sequence)
            json.verbatim(",\"data\":")
            json.object(data)
            json.verbatim("}")
        }
    }
}
