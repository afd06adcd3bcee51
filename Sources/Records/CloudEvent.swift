/// The envelope around everything that the workspace keeps: CloudEvents 1.0, structured JSON
/// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
import Bytes
import Chat

/// Names that stand in every record.
public enum CloudEvent {
    public static let entry: StaticString = "streamllm.workspace.entry.v1"
    public static let late: StaticString = "streamllm.message.late.v1"
    public static let rejected: StaticString = "streamllm.message.rejected.v1"
    public static let feedback: StaticString = "streamllm.feedback.v1"
    /// That a stream has begun or ended; given to a consumer, and not published by it.
    public static let stream: StaticString = "streamllm.stream.v1"
}

extension ByteWriter {
    /// Appends a part of an id: `text` with the separator and the escape character themselves escaped, as in a URL, so that no
    /// two different ids can look the same.
    mutating func append(idPart text: String) {
        text.withBytes { text in
            guard text.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }) else {
                return append(text)
            }
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
    /// Writes an event with the `id` that the one writes and the data that the other does.
    mutating func event(
        type: StaticString, subject: String?, sequence: UInt64, time: Timestamp,
        id: (inout ByteWriter) -> Void, data: (inout JSONWriter) -> Void
    ) {
        // Every record has these; what is the same in all of them is written in one piece.
        element { json in
            json.verbatim("{\"specversion\":\"1.0\",\"id\":")
            json.value(id)
            json.verbatim(",\"source\":\"/streamllm/consumer\",\"type\":")
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
            json.memberOfRelease()
            json.verbatim(",\"data\":")
            json.object(data)
            json.verbatim("}")
        }
    }
}
