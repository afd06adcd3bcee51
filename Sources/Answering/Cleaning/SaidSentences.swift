/// What an answer has said.

/// The sentences of an answer, to notice one that is said again. Pure.
struct SaidSentences {
    /// Shorter ones may be said twice ("Yes, of course."). In words.
    private static let fewestWords = 4
    /// A model that says more is not caught in a loop of them.
    private static let most = 1000
    /// A longer one isn't remembered, in bytes.
    private static let longest = 4096

    private var said: Set<String> = []

    /// Takes a sentence.
    ///
    /// - Returns: whether it was said before: the same words, whatever their case and what stands around them.
    mutating func isRepeated(_ sentence: String) -> Bool {
        guard sentence.utf8.count <= Self.longest else { return false }
        let plain = sentence.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased().trimmingMarks
        guard plain.wordCount >= Self.fewestWords, !said.contains(plain) else { return said.contains(plain) }
        if said.count < Self.most { said.insert(plain) }
        return false
    }
}

extension String {
    /// Two characters of a script without spaces count as a word.
    fileprivate var wordCount: Int {
        max(split(separator: " ").count, unicodeScalars.count(where: \.isWide) / 2)
    }
}
