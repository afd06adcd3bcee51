/// The file of a key, as pyzmq's `zmq.auth` and czmq's `zcert` write it.
import ZeroMQ

/// A key file taken apart: ZPL (RFC 4 of ZeroMQ), of which the sections `curve` and `metadata` matter.
///
/// ```
/// metadata
///     name = "desk"
///     may = "read, tokens, resume"
/// curve
///     public-key = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
/// ```
public struct KeyFile: Sendable {
    /// A larger file is none.
    public static let largest = 64 << 10

    public var metadata: [String: String] = [:]
    public let publicKey: CurveKey
    public let secretKey: CurveKey?

    public init(publicKey: CurveKey, secretKey: CurveKey? = nil, metadata: [String: String] = [:]) {
        self.publicKey = publicKey
        self.secretKey = secretKey
        self.metadata = metadata
    }

    // MARK: Reading

    /// - Throws: ``Mistake`` with the line where something is wrong.
    public init(_ text: String) throws(Mistake) {
        var path: [Substring] = []
        var values: [String: String] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.drop { $0 == " " }
            if words.isEmpty || words.first == "#" { continue }
            let spaces = line.count - words.count
            let (depth, rest) = spaces.quotientAndRemainder(dividingBy: 4)
            guard rest == 0, depth <= path.count else {
                throw Mistake("line \(index + 1): lines are indented by four spaces for each level")
            }
            path.removeLast(path.count - depth)
            let parts = words.split(separator: "=", maxSplits: 1)
            let part = parts.first?.trimmed ?? ""
            guard !part.isEmpty, part.utf8.allSatisfy(Self.isNamePart), words.first != "=" else {
                throw Mistake("line \(index + 1): a name has letters, digits and $-_@.&+/ in it, and nothing else")
            }
            path.append(part)
            guard parts.count == 2 else { continue }
            guard let value = Self.value(parts[1].trimmed) else {
                throw Mistake("line \(index + 1): what stands in quotes has no end")
            }
            let name = path.joined(separator: "/")
            guard values.updateValue(value, forKey: name) == nil else {
                throw Mistake("line \(index + 1): there are two values for \(path.last ?? "")")
            }
        }
        guard let publicKey = try Self.key("public-key", values) else { throw Mistake("there is no public-key in it") }
        self.publicKey = publicKey
        secretKey = try Self.key("secret-key", values)
        for (name, value) in values where name.hasPrefix("metadata/") && name != "metadata/" {
            metadata[String(name.dropFirst(9))] = value
        }
    }

    /// What a name consists of (ZPL).
    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "$-_@.&+/".utf8.contains(byte)
        }
    }

    /// With the quotes that aren't in it. What has both was read without.
    private static func quoted(_ value: String) -> String {
        value.contains("\"") ? value.contains("'") ? value : "'\(value)'" : "\"\(value)\""
    }

    private static func value(_ text: Substring) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            return String(text.prefix { $0 != "#" }.trimmed)
        }
        guard let end = text.dropFirst().firstIndex(of: quote) else { return nil }
        return String(text[text.index(after: text.startIndex)..<end])
    }

    private static func key(_ name: String, _ values: [String: String]) throws(Mistake) -> CurveKey? {
        guard let text = values["curve/\(name)"] else { return nil }
        guard let key = CurveKey(z85: text) else { throw Mistake("\(name) isn't a key of 40 characters (Z85)") }
        return key
    }

    /// What is wrong with a file.
    public struct Mistake: Error, CustomStringConvertible {
        public let description: String

        init(_ description: String) { self.description = description }
    }

    // MARK: Writing

    /// The file's text; the secret key is in it where this has one.
    public var text: String {
        var lines = ["#   ZeroMQ CURVE \(secretKey == nil ? "Public" : "**Secret**") Certificate"]
        if secretKey != nil { lines.append("#   DO NOT PROVIDE THIS FILE TO OTHERS.") }
        lines.append("metadata")
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            lines.append("    \(name) = \(Self.quoted(value))")
        }
        lines += ["curve", "    public-key = \"\(publicKey.z85)\""]
        if let secretKey { lines.append("    secret-key = \"\(secretKey.z85)\"") }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return text.drop(while: \.isWhitespace)
    }
}
