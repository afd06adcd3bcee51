/// A text in which numbers are looked for.

/// Steps of reading along a folded text. Each looks at a few bytes only.
struct NumberText {
    /// A longer word means nothing here.
    private static let longestWord = 14

    let bytes: [UInt8]

    /// The word at a place, in lower case, with a star for each letter that isn't ASCII's; empty where none stands there, or a
    /// longer one.
    func word(at start: Int) -> (text: String, end: Int) {
        let word = bytes[min(start, bytes.count)...].prefix(Self.longestWord + 1).prefix { $0.isWord && !$0.isDigit }
        guard word.count <= Self.longestWord else { return ("", start) }
        let letters = word.map { $0 == FoldedText.letter ? UInt8(ascii: "*") : $0.lowercased }
        return (String(decoding: letters, as: UTF8.self), word.endIndex)
    }

    /// A number of so many digits, and no more; the place is behind it afterwards.
    func number(at place: inout Int, digits: ClosedRange<Int>) -> Int? {
        let run = bytes[min(place, bytes.count)...].prefix(digits.upperBound + 1).prefix { $0.isDigit }
        guard digits.contains(run.count) else { return nil }
        place = run.endIndex
        return run.reduce(0) { $0 * 10 + $1.digit }
    }

    /// One or two spaces, without a line's end.
    @discardableResult
    func skipBlank(at place: inout Int) -> Bool {
        let start = place
        while place - start < 2, bytes.at(place) == UInt8(ascii: " ") { place += 1 }
        return place > start
    }

    func skip(_ byte: UInt8, at place: inout Int) -> Bool {
        guard bytes.at(place) == byte else { return false }
        place += 1
        return true
    }

    /// `st`, `nd`, `rd`, `th`.
    @discardableResult
    func skipOrdinal(at place: inout Int) -> Bool {
        let word = word(at: place)
        guard ["st", "nd", "rd", "th"].contains(word.text) else { return false }
        place = word.end
        return true
    }

    /// Whether the `T` between a date and a time stands at a place.
    func hasTimeMark(at place: Int) -> Bool {
        bytes.at(place)?.uppercased == UInt8(ascii: "T") && bytes.at(place + 1)?.isDigit ?? false
    }
}
