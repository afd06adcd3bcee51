/// JSON that others have written, read as far as it can be.
import Bytes
import Foundation

/// A value of JSON. Each field of it is asked for by itself: one that is missing, or of another type, costs nothing but
/// itself.
enum JSONValue: Sendable {
    case object([String: JSONValue])
    case array([JSONValue])
    case string(String)
    case number(Double)
    case bool(Bool)
    case null

    subscript(_ key: String) -> JSONValue? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }

    /// The first of some fields that is there and isn't null.
    func first(_ keys: String...) -> JSONValue? {
        for key in keys {
            switch self[key] {
            case nil, .null?: continue
            case let value?: return value
            }
        }
        return nil
    }

    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var text: String? { if case .string(let text) = self { text } else { nil } }

    /// Yes, in any of the ways in which it is written.
    var isTrue: Bool {
        switch self {
        case .bool(let flag): flag
        case .string(let text): text.lowercased() == "true"
        case .number(let number): number == 1
        default: false
        }
    }

    /// Whether there is anything in it.
    var hasContent: Bool {
        switch self {
        case .object(let fields): fields.values.contains(where: \.hasContent)
        case .array(let elements): elements.contains(where: \.hasContent)
        case .string(let text): !text.isEmpty
        case .number, .bool: true
        case .null: false
        }
    }

    /// Whether a field for errors says that there is one: neither nothing, nor "no", nor zero.
    var isProblem: Bool {
        switch self {
        case .bool(let flag): flag
        case .number(let number): number != 0
        default: hasContent
        }
    }

    /// A number of tokens or seconds: a whole one, or a text or a fraction that says one; nil where it can't be: negative, too
    /// large, not a number. From 2^53 on not each can be told in JSON.
    var count: Int? {
        let number: Double?
        switch self {
        case .number(let value): number = value
        case .string(let text): number = Double(text)
        default: number = nil
        }
        guard let number, 0..<9_007_199_254_740_992 ~= number else { return nil }
        return Int(exactly: number)
    }
}

extension JSONValue: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let fields = try? container.decode([String: JSONValue].self) {
            self = .object(fields)
        } else if let elements = try? container.decode([JSONValue].self) {
            self = .array(elements)
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .null
        }
    }

    /// Reads a text that is meant as JSON; what in it is only nearly so is mended first (`JSONMending`).
    ///
    /// - Returns: nil where it is no JSON even then.
    init?(_ bytes: some Collection<UInt8>) {
        let mended = JSONMending.mended(bytes, [.unicode, .controls, .numbers])
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(mended)) else { return nil }
        self = value
    }
}
