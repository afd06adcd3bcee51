/// A line of other names under ours.
import Bytes

/// Writes lines whose fields and senders have other names as messages. Used by one thread or task at a time; keeps its buffers from
/// line to line.
public final class LineMapper {
    private let decoder: MessageDecoder
    private let senders: [String: Sender]
    private var mapped = ByteWriter()

    public init(_ mapping: FieldMapping) {
        decoder = MessageDecoder(paths: mapping.paths)
        senders = mapping.senders
    }

    /// A line with the four fields and nothing else. What one of them holds that is no text, and isn't known, stays for the
    /// consumer to refuse; so does a line that isn't an object.
    ///
    /// - Parameter line: ``MessageDecoder/padding`` bytes behind it must be readable.
    /// - Returns: valid until the next call, with readable padding behind it; nil where the line is no object.
    public func map(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        mapped.clear()
        let isObject = decoder.withFields(of: line) { field, value in
            mapped.append(mapped.count == 0 ? "{\"" : ",\"")
            mapped.append(field.name)
            mapped.append("\":")
            if let value {
                append(value, as: field)
            } else {
                mapped.append("null")
            }
        }
        guard isObject else { return nil }
        mapped.append(mapped.count == 0 ? "{}" : "}")
        mapped.reserve(MessageDecoder.padding)
        // The buffer lives as long as this does, and is written to by the next call only.
        return mapped.withBytes { $0 }
    }

    private func append(_ value: UnsafeRawBufferPointer, as field: Rejection.Field) {
        if field == .sender, value.count <= Sender.longestShown,
            let sender = senders[Sender.normalized(String(decoding: value, as: UTF8.self))]
        {
            mapped.append("\"")
            mapped.append(sender.name)
            mapped.append("\"")
        } else {
            mapped.append(quoted: value)
        }
    }
}
