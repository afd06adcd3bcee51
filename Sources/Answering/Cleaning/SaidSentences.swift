/// What an answer has said.

/// The sentences of an answer, to notice one that is said again. Pure.
struct SaidSentences {
    /// Shorter ones may be said again ("Yes, of course."), but not a third time in a row. In words.
    private static let fewestWords = 4
    /// Nobody asks the same thing twice.
    private static let fewestWordsOfQuestion = 2
    private static let mostInARow = 2
    /// A model that says more is not caught in a loop of them.
    private static let most = 1000
    /// A longer one isn't remembered, in bytes.
    private static let longest = 4096

    private var said: Set<String> = []
    /// The short one that was said last, and how often in a row.
    private var last = ""
    private var inARow = 0

    /// Takes a sentence.
    ///
    /// - Returns: whether it was said before, and once too often: the same words, whatever their case and what stands around
    ///   them.
    mutating func isRepeated(_ sentence: String) -> Bool {
        guard sentence.utf8.count <= Self.longest else { return false }
        let words = sentence.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased().trimmingMarks
        let plain = words.withoutItsNumber.trimmingMarks
        if said.contains(plain) { return true }
        guard plain.wordCount >= (sentence.isQuestion ? Self.fewestWordsOfQuestion : Self.fewestWords) else {
            inARow = plain == last ? inARow + 1 : 1
            last = plain
            return inARow > Self.mostInARow && !plain.isEmpty
        }
        inARow = 0
        if said.count < Self.most { said.insert(plain) }
        return false
    }
}

extension String {
    /// A row of a list without what counts it: `1. …`, `2) …`, `Step 3: …`.
    fileprivate var withoutItsNumber: String {
        guard let end = prefix(12).firstIndex(where: { ".):".contains($0) }) else { return self }
        let number = self[..<end].split(separator: " ")
        guard 1...2 ~= number.count, let last = number.last, last.utf8.count <= 2, last.utf8.allSatisfy(\.isDigit),
            self[end...].dropFirst().first?.isWhitespace ?? false
        else { return self }
        return String(self[end...].dropFirst())
    }

    fileprivate var isQuestion: Bool {
        unicodeScalars.last { !Sentences.closing.contains($0) }.map { "?？؟".unicodeScalars.contains($0) } ?? false
    }

    /// Two characters of a script without spaces count as a word.
    fileprivate var wordCount: Int {
        max(split(separator: " ").count, unicodeScalars.count(where: \.isWide) / 2)
    }
}
