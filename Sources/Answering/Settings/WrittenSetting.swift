/// Settings as people write them.

/// A value from the environment or the command line: what came along with it by copying is off.
public enum WrittenSetting {
    /// What is wrong with a setting, without its value: that may be a secret.
    public struct Problem: Error, Hashable, CustomStringConvertible {
        public let description: String

        public init(_ description: String) { self.description = description }
    }

    /// Quotes, and the brackets in which addresses are written in letters.
    private static let quotes: [(Character, Character)] = [
        ("\"", "\""), ("'", "'"), ("`", "`"), ("“", "”"), ("„", "“"), ("‘", "’"), ("«", "»"), ("<", ">"),
    ]

    /// The value without the white space, line ends and quotes around it, and without a comment behind it. A line of a file
    /// with settings, such as `export NAME=value`, is its value.
    public static func cleaned(_ text: String) -> String {
        var text = text[...].trimmed
        // Making a regular expression takes its time, and each start would wait for it.
        if text.contains("="), let name = text.prefixMatch(of: /(?:export\s+)?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+=/) {
            text = text[name.range.upperBound...].trimmed
        }
        // A `#` within a value is part of it.
        if text.contains("#"), let comment = text.firstRange(of: /\s#/) { text = text[..<comment.lowerBound].trimmed }
        while let (first, last) = quotes.first(where: { $0.0 == text.first && $0.1 == text.last }), text.count >= 2 {
            let inside = text.dropFirst().dropLast()
            // Quotes around each part of a list aren't around all of it.
            guard !inside.contains(first), !inside.contains(last) else { break }
            text = inside.trimmed
        }
        return String(text)
    }

    /// Whether Ollama takes it for how long a model stays in memory: seconds, or parts such as `1h30m`, each of at most nine
    /// digits before and behind the point (https://pkg.go.dev/time#ParseDuration).
    public static func isKeepAlive(_ text: String) -> Bool {
        var rest = text.first == "-" ? text.dropFirst() : text[...]
        guard takeNumber(&rest) else { return false }
        if rest.isEmpty { return true }
        repeat {
            guard let unit = ["ms", "s", "m", "h"].first(where: rest.hasPrefix) else { return false }
            rest = rest.dropFirst(unit.count)
        } while takeNumber(&rest)
        return rest.isEmpty
    }

    private static func takeNumber(_ text: inout Substring) -> Bool {
        let isDigit = { (character: Character) in character.isASCII && "0"..."9" ~= character }
        let whole = text.prefix(while: isDigit)
        let point = text[whole.endIndex...].prefix(1)
        let part = text[point.endIndex...].prefix(while: isDigit)
        guard 1...9 ~= whole.count, point != "." || 1...9 ~= part.count else { return false }
        text = text[(point == "." ? part : whole).endIndex...]
        return true
    }

    /// A secret that goes into a header, or nil for an empty one.
    ///
    /// - Throws: ``Problem`` where it can't be sent.
    public static func secret(_ text: String, called name: String) throws(Problem) -> String? {
        var text = cleaned(text)
        // As it stands in the header that it goes into.
        for before in ["authorization:", "bearer "] where text.lowercased().hasPrefix(before) {
            text = cleaned(String(text.dropFirst(before.count)))
        }
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
        var text = cleaned(text)
        for command in ["ollama run ", "ollama pull "] where text.hasPrefix(command) {
            text = cleaned(String(text.dropFirst(command.count)))
        }
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
        while let first = text.first, first.isBlank { text.removeFirst() }
        while true {
            if let last = text.last, last.isBlank {
                text.removeLast()
            } else if text.hasSuffix("\\n") || text.hasSuffix("\\r") {
                // A line end that was written and not meant.
                text.removeLast(2)
            } else {
                return text
            }
        }
    }
}

extension Character {
    /// White space, and what nobody sees: marks of byte order and of joints between words.
    fileprivate var isBlank: Bool { isWhitespace || "\u{FEFF}\u{200B}\u{2060}".contains(self) }
}
