/// Names that messages' fields and senders have elsewhere.

/// Where a line's fields stand, and what its senders' words mean, where both aren't as they are here.
public struct FieldMapping: Hashable, Sendable {
    /// More of a path isn't one, in bytes.
    private static let longestPath = 256
    /// More senders than anybody tells apart.
    private static let mostSenders = 64

    /// A mistake in a mapping, in words for whoever wrote it.
    public struct Mistake: Error, CustomStringConvertible {
        public let description: String
    }

    /// By field, in the order of ``Rejection/Field``: a key, or keys with dots between them that go into objects.
    private(set) var paths = Rejection.Field.allCases.map(\.name)
    /// By words in small letters, without white space around them.
    private(set) var senders: [String: Sender] = [:]

    /// Every field under its own name.
    public init() {}

    /// - Parameters:
    ///   - fields: `session_id=conversationId,message=data.text`; what isn't named keeps its name.
    ///   - senders: `user=customer,agent=rm`; `customer` and `rm` mean themselves.
    /// - Throws: ``Mistake``.
    public init(fields: String, senders: String) throws(Mistake) {
        for (name, path) in try Self.pairs(fields, of: "session_id=NAME,message=NAME") {
            guard let field = Rejection.Field.allCases.first(where: { $0.name == name.lowercased() }) else {
                throw Mistake(
                    description: "a message has no \"\(name)\"; it has session_id, timestamp, sender and message")
            }
            guard path.utf8.count <= Self.longestPath, !path.utf8.contains(0) else {
                throw Mistake(description: "a field's name has at most \(Self.longestPath) bytes")
            }
            paths[field.rawValue] = path
        }
        if let twice = paths.first(where: { path in paths.count { $0 == path } > 1 }) {
            throw Mistake(description: "\"\(twice)\" can't be two fields at once")
        }
        for (word, name) in try Self.pairs(senders, of: "user=customer,agent=rm") {
            guard let sender = Sender(normalized: name.lowercased()) else {
                throw Mistake(description: "a sender is customer or rm, and not \"\(name)\"")
            }
            self.senders[Sender.normalized(word)] = sender
        }
        guard self.senders.count <= Self.mostSenders else {
            throw Mistake(description: "at most \(Self.mostSenders) senders can be named")
        }
    }

    /// Whether a line is already as it should be.
    public var isEmpty: Bool { self == FieldMapping() }

    /// The first key of each path, in small letters: what a line, or a table's header, has at least one of.
    public var keys: Set<String> {
        Set(paths.flatMap { [$0, String($0.prefix { $0 != "." })] }.map { $0.lowercased() })
    }

    private static func pairs(_ text: String, of form: String) throws(Mistake) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for piece in text.split(separator: ",") where !piece.allSatisfy(\.isWhitespace) {
            let sides = piece.split(separator: "=", maxSplits: 1).map { $0.trimmed }
            guard sides.count == 2, !sides.contains("") else {
                throw Mistake(description: "\"\(piece.trimmed)\" isn't understood; write \(form)")
            }
            pairs.append((sides[0], sides[1]))
        }
        return pairs
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let rest = drop(while: \.isWhitespace)
        guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(rest[...last])
    }
}
