/// Settings as people write them.

/// A value from the environment or the command line: what came along with it by copying is off.
public enum WrittenSetting {
    /// What is wrong with a setting, without its value: that may be a secret.
    public struct Problem: Error, Hashable, CustomStringConvertible {
        public let description: String

        public init(_ description: String) { self.description = description }
    }

    /// The value without the white space, line ends and quotes around it, and without a comment behind it.
    public static func cleaned(_ text: String) -> String {
        var text = text[...].trimmed
        // A `#` within a value is part of it.
        if let comment = text.firstRange(of: /\s#/) { text = text[..<comment.lowerBound].trimmed }
        while let first = text.first, text.count >= 2, first == text.last, "\"'`".contains(first) {
            let inside = text.dropFirst().dropLast()
            // Quotes around each part of a list aren't around all of it.
            guard !inside.contains(first) else { break }
            text = inside.trimmed
        }
        return String(text)
    }

    /// A secret that goes into a header, or nil for an empty one.
    ///
    /// - Throws: ``Problem`` where it can't be sent.
    public static func secret(_ text: String, called name: String) throws(Problem) -> String? {
        var text = cleaned(text)
        if text.lowercased().hasPrefix("bearer ") { text = cleaned(String(text.dropFirst("bearer ".count))) }
        guard text.unicodeScalars.allSatisfy({ 0x21...0x7E ~= $0.value }) else {
            throw Problem("\(name) can't be a key: it holds white space, or characters that aren't ASCII")
        }
        KnownSecrets.add(text)
        return text.isEmpty ? nil : text
    }

    /// A model's name.
    ///
    /// - Throws: ``Problem`` where it can't be one.
    public static func model(_ text: String, called name: String) throws(Problem) -> String {
        let text = cleaned(text)
        guard !text.isEmpty else { throw Problem("\(name) must not be empty") }
        guard !text.unicodeScalars.contains(where: { $0.drivesTerminals || $0.properties.isWhitespace }) else {
            throw Problem("\(name) can't be a model's name: it holds white space or control characters")
        }
        return text
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true || text.first == "\u{FEFF}" { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
