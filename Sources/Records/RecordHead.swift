/// What stands at the beginning of a record's line.
import Foundation

/// Id, type and subject of a record, read from its line without reading the rest of it: a line may have a hundred megabytes.
/// Lines are those that records write.
public struct RecordHead: Hashable, Sendable {
    public let id: String
    public let type: String
    /// The session; nil where there is none.
    public let subject: String?

    /// nil when the line doesn't begin as a record does.
    public init?(line: UnsafeRawBufferPointer) {
        var rest = line[...]
        guard let id = Self.value(of: "{\"specversion\":\"1.0\",\"id\":", in: &rest),
            Self.value(of: ",\"source\":", in: &rest) != nil,
            let type = Self.value(of: ",\"type\":", in: &rest)
        else { return nil }
        self.id = id
        self.type = type
        subject = Self.value(of: ",\"subject\":", in: &rest)
    }

    /// Takes a key and the string behind it; nil, and nothing is taken, where something else stands there.
    private static func value(of key: StaticString, in line: inout Slice<UnsafeRawBufferPointer>) -> String? {
        let isHere = key.withUTF8Buffer { line.starts(with: $0) }
        var rest = line.dropFirst(key.utf8CodeUnitCount)
        guard isHere, rest.popFirst() == UInt8(ascii: "\"") else { return nil }
        var (index, hasEscapes) = (rest.startIndex, false)
        while index < rest.endIndex, rest[index] != UInt8(ascii: "\"") {
            let isEscape = rest[index] == UInt8(ascii: "\\")
            hasEscapes = hasEscapes || isEscape
            index += isEscape ? 2 : 1
        }
        guard index < rest.endIndex else { return nil }
        let text = rest[..<index]
        line = rest[(index + 1)...]
        guard hasEscapes else { return String(decoding: text, as: UTF8.self) }
        return try? JSONDecoder().decode(String.self, from: Data("\"".utf8) + Data(text) + Data("\"".utf8))
    }
}
