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
    /// `text` with the separator and the escape character themselves escaped, as in a URL.
    static func part(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }) else { return text }
        // Scalar by scalar: a slash with a combining accent is one Character, and not a slash.
        return text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "/": escaped += "%2F"
            case "%": escaped += "%25"
            default: escaped.unicodeScalars.append(scalar)
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
        object { json in
            json.field("specversion", "1.0" as StaticString)
            json.field("id", id)
            json.field("source", CloudEvent.source)
            json.field("type", type)
            // CloudEvents forbids an empty subject: a line without a session has none.
            if let subject { json.field("subject", subject) }
            json.field("time", time)
            json.field("datacontenttype", "application/json" as StaticString)
            json.field("sequence", sequence)
            json.key("data")
            json.object(data)
        }
    }
}
