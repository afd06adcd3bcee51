/// What a key's owner may do.

/// A right, by the word that key files have for it.
public enum Right: String, CaseIterable, Sendable {
    /// Live records, control and status.
    case read
    /// Questions under way, and the pieces of answers.
    case tokens
    /// To give a consumer results of windows.
    case publish
    /// Records that were missed, by replay. A follower needs it beside ``read``.
    case resume
    /// To say what became of a suggestion.
    case feedback

    /// Rights as a key file lists them: words with spaces, commas or `|` between them.
    ///
    /// - Throws: ``UnknownRight`` for another word.
    public static func list(_ text: String) throws(UnknownRight) -> Set<Right> {
        var rights: Set<Right> = []
        for word in text.split(whereSeparator: { " ,|\t".contains($0) }) {
            guard let right = Right(rawValue: String(word)) else { throw UnknownRight(word: String(word)) }
            rights.insert(right)
        }
        guard !rights.isEmpty else { throw UnknownRight(word: text) }
        return rights
    }
}

/// A word that is no right.
public struct UnknownRight: Error, CustomStringConvertible {
    public let word: String

    public var description: String {
        "\"\(word.prefix(40))\" isn't a right (there are \(Right.allCases.map(\.rawValue).joined(separator: ", ")))"
    }
}

/// A socket that lets keys in, as the domain of ZAP (RFC 27) that it asks in.
public enum AccessPoint: String, CaseIterable, Sendable {
    case live = "streamllm.live"
    case replay = "streamllm.replay"
    case feedback = "streamllm.feedback"
    case results = "streamllm.results"

    /// One of these is enough to connect. What a subscriber gets depends on which.
    var rights: Set<Right> {
        switch self {
        case .live: [.read, .tokens]
        case .replay: [.resume]
        case .feedback: [.feedback]
        case .results: [.publish]
        }
    }
}
