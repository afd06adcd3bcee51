/// What the model was told, to know it again where a model says it.

/// The lines of a prompt, and the turn of somebody else that a model says at the moment: it may be one of the conversation, or
/// made up.
struct ToldWords {
    /// A text with fewer characters may stand in the prompt by chance.
    private static let longestByChance = 20
    /// Of a turn so much is read before it is looked for in the prompt, in bytes; and then twice as much each time.
    private static let firstLook = 64

    private let lines: [String]
    private var turn: [UInt8] = []
    private var nextLook = ToldWords.firstLook

    /// - Parameter prompt: what the model was asked. A model may say all of it again, and then answer.
    init(_ prompt: String) { lines = prompt.split(whereSeparator: \.isNewline).map { Self.words($0) } }

    /// Whether a text stands in the prompt: all that somebody says there, or a good deal of it.
    func contain(_ text: String) -> Bool {
        let words = Self.words(text)
        return lines.contains { line in
            line.hasSuffix(": " + words) || words.count >= Self.longestByChance && line.contains(words)
        }
    }

    /// More of the turn has come.
    mutating func append(_ bytes: some Collection<UInt8>) { turn += bytes }

    /// The turn has ended, and another begins.
    ///
    /// - Returns: whether it was in the prompt.
    mutating func endTurn() -> Bool {
        defer {
            turn.removeAll()
            nextLook = Self.firstLook
        }
        return contain(String(decoding: turn, as: UTF8.self))
    }

    /// Whether the turn is made up, however it goes on: what has come of it, but for its last word, isn't in the prompt.
    mutating func isMadeUp() -> Bool {
        guard turn.count >= nextLook else { return false }
        nextLook = 2 * turn.count
        let words = Self.words(String(decoding: turn, as: UTF8.self))
        let whole = words[..<(words.lastIndex(of: " ") ?? words.startIndex)]
        return whole.count >= Self.longestByChance && !lines.contains { $0.contains(whole) }
    }

    private static func words(_ text: some StringProtocol) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
