/// Where sentences end.

/// Finds the ends of sentences in a text that comes character by character, by simple rules for the languages that bank customers
/// write; https://www.unicode.org/reports/tr29/#Sentence_Boundaries has the better ones, which need all of the text. Where it is
/// in doubt there is no end. Lines of a list, and paragraphs, are sentences, too. Pure.
struct Sentences {
    private static let ends = Set(".!?…‥।؟۔".unicodeScalars)
    /// Behind these there are no spaces.
    private static let wideEnds = Set("。！？｡".unicodeScalars)
    /// What may stand between the end and the space.
    static let closing = Set("\"'”’“»«›‹)]}」』】）*_`".unicodeScalars)
    /// A line that ends with one of these goes on.
    private static let openEnds = Set(":：,，;；、".unicodeScalars)
    /// They have a full stop of their own. In lower case.
    private static let abbreviations: Set<String> = [
        "dr", "mr", "mrs", "ms", "prof", "st", "nr", "no", "vs", "approx", "incl", "excl", "est", "min", "max", "tel",
        "inc",
        "ltd", "ca", "bzw", "inkl", "zzgl", "ggf", "evtl", "usw", "str", "hr", "fr", "mme", "mlle", "sr", "sra", "ing",
        "jan",
        "feb", "apr", "aug", "sept", "oct", "okt", "nov", "dec", "dez", "fig", "p.a",
    ]
    /// No abbreviation is longer.
    private static let longestWord = 8

    /// What ends a sentence, unless more follows at once; nil where nothing does.
    private var end: Unicode.Scalar?
    /// The word before a full stop is one that has it.
    private var isAbbreviated = false
    /// White space since the last character of another kind, and line breaks in it.
    private var spaces = 0
    private var lineBreaks = 0
    private var last: Unicode.Scalar?
    /// The characters since the last space, as many as an abbreviation may have.
    private var word = ""
    private var wordSize = 0

    /// What has come ends with the end of a sentence.
    var isWhole: Bool { end != nil && !isAbbreviated }

    /// Takes the next character.
    ///
    /// - Returns: whether a sentence begins with it, and the one before it is whole.
    mutating func begins(with next: Unicode.Scalar) -> Bool {
        guard !next.properties.isWhitespace else {
            spaces += 1
            // CR LF counts as two, which makes no difference to what is asked of it where each line ends so.
            if next.isLineBreak { lineBreaks += 1 }
            return false
        }
        let begins = last != nil && (endsSentence(before: next) || endsLine(before: next))
        note(next)
        return begins
    }

    private func endsSentence(before next: Unicode.Scalar) -> Bool {
        guard let end else { return false }
        if spaces == 0 { return Self.wideEnds.contains(end) && !isPartOfEnd(next) }
        if end == "." || end == "…" { return !isAbbreviated && (lineBreaks > 0 || !next.properties.isLowercase) }
        return true
    }

    private func endsLine(before next: Unicode.Scalar) -> Bool {
        guard lineBreaks > 0, let last, !Self.openEnds.contains(last) else { return false }
        // Some models break lines within a sentence.
        return !next.properties.isLowercase
    }

    private func isPartOfEnd(_ next: Unicode.Scalar) -> Bool {
        Self.closing.contains(next) || Self.ends.contains(next) || Self.wideEnds.contains(next)
    }

    private mutating func note(_ next: Unicode.Scalar) {
        if spaces > 0 { (word, wordSize) = ("", 0) }
        if Self.ends.contains(next) || Self.wideEnds.contains(next) {
            end = next
            isAbbreviated = next == "." && Self.isAbbreviation(word, wordSize)
        } else if spaces > 0 || !Self.closing.contains(next) {
            end = nil
        }
        if wordSize < Self.longestWord { word.unicodeScalars.append(next) }
        wordSize += 1
        (spaces, lineBreaks, last) = (0, 0, next)
    }

    /// `Dr`, `e.g`, `z.B`, and short numbers, which count lines and days: `1. Your income`, `3. Mai`.
    private static func isAbbreviation(_ word: String, _ size: Int) -> Bool {
        guard size <= longestWord else { return false }
        let plain = word.lowercased().trimmingMarks
        if abbreviations.contains(plain) { return true }
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count > 1 { return parts.allSatisfy { $0.count <= 2 && $0.allSatisfy(\.isLetter) } }
        return plain.count == 1 || plain.count == 2 && plain.allSatisfy(\.isNumber)
    }
}

extension Unicode.Scalar {
    fileprivate var isLineBreak: Bool { value == 0x0A || value == 0x0D || value == 0x85 || 0x2028...0x2029 ~= value }
}
