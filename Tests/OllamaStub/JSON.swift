/// JSON that can be compared.
import Foundation

/// A JSON value, for requests whose fields come in any order. Numbers and flags are different things here.
public enum JSON: Sendable, Equatable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case array([JSON])
    case object([String: JSON])

    /// - Throws: `DecodingError` when the bytes aren't JSON.
    public init(_ bytes: [UInt8]) throws { self = try JSONDecoder().decode(JSON.self, from: Data(bytes)) }

    /// A field of an object; nil where there is none.
    public subscript(name: String) -> JSON? {
        guard case .object(let fields) = self else { return nil }
        return fields[name]
    }

    /// The text; nil where it is none.
    public var string: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The number without its fraction; nil where it is none.
    public var integer: Int? {
        guard case .number(let number) = self else { return nil }
        return Int(number)
    }

    /// The elements; empty where it isn't an array.
    public var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }
}

extension JSON: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let elements = try? container.decode([JSON].self) {
            self = .array(elements)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral text: String) { self = .text(text) }
    public init(integerLiteral number: Int) { self = .number(Double(number)) }
    public init(booleanLiteral flag: Bool) { self = .flag(flag) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral fields: (String, JSON)...) {
        self = .object(Dictionary(fields) { first, _ in first })
    }
}
