/// A prompt, to know an answer that is no more than that.
import Chat

/// The text of a prompt, for looking whether an answer repeats it. Pure.
struct PromptText {
    /// What is shorter is said back out of politeness, in columns.
    private static let shortest = 16
    /// An answer that begins with so much of the prompt repeats it, in characters.
    private static let longPart = 60
    /// One with so much of what the model was told beforehand, or nothing else, repeats that. It may well begin with words that
    /// it was told to begin with.
    private static let longTold = 200

    /// As it stands there, one space for whatever stands between two words.
    private let lines: [String]

    /// What the model was told beforehand.
    private let told: String

    /// - Parameter told: what the model was told beforehand.
    init(_ text: String, told: String = "") {
        self.told = Self.plain(told)
        lines = text.split(whereSeparator: \.isNewline).map { Self.words($0) }
    }

    /// Whether an answer is no more than what the model was asked: it stands in the last messages, or begins with a long part of
    /// the prompt. White space, case, and what stands around the words make no difference.
    func isRepeated(by answer: String) -> Bool {
        let said = Self.plain(answer)
        if said.count >= Self.longPart, Self.plain(lines.joined(separator: " ")).contains(said.prefix(Self.longPart)) {
            return true
        }
        if said.count >= Self.longPart, told.contains(said.prefix(Self.longTold)) { return true }
        return said.columns >= Self.shortest && Self.plain(lastMessages).contains(said)
    }

    /// Whether all that a model said, and it said much, is a part of the prompt, whatever is left of it as an answer.
    func isAll(thatIsIn said: String) -> Bool {
        let said = Self.plain(said)
        return said.count >= Self.longPart && Self.plain(lines.joined(separator: " ")).contains(said)
    }

    /// What was said last, by whoever it was.
    private var lastMessages: String {
        let speakers = Sender.allCases.map { $0.title + ": " }
        guard let end = lines.lastIndex(where: { line in speakers.contains { line.hasPrefix($0) } }),
            let speaker = speakers.first(where: { lines[end].hasPrefix($0) })
        else { return "" }
        let start = lines[..<end].lastIndex { !$0.hasPrefix(speaker) }.map { $0 + 1 } ?? 0
        return lines[start...end].map { $0.dropFirst(speaker.count) }.joined(separator: " ")
    }

    private static func words(_ text: some StringProtocol) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// In lower case, without quotes, full stops and the like around it.
    private static func plain(_ text: String) -> String { words(text).lowercased().trimmingMarks }
}

extension String {
    /// Without what stands around its words: white space, quotes, marks of lists, full stops.
    var trimmingMarks: String {
        func isWord(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "%$€£¥+".unicodeScalars.contains(scalar)
        }
        guard let first = unicodeScalars.firstIndex(where: isWord), let last = unicodeScalars.lastIndex(where: isWord)
        else { return "" }
        return String(unicodeScalars[first...last])
    }

    /// How wide it is where letters are of one width: Chinese and Japanese ones are as wide as two.
    var columns: Int { unicodeScalars.reduce(0) { $0 + ($1.isWide ? 2 : 1) } }
}

extension Unicode.Scalar {
    /// Of a script that has no spaces between words.
    var isWide: Bool { properties.isIdeographic || 0x3040...0x30FF ~= value }
}
