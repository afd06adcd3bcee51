/// What is asked of the bytes of a ``FoldedText``.
import Bytes

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    /// Of ASCII.
    var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 }

    /// A letter, of whatever script, or a digit.
    var isWord: Bool { isDigit || isLetter || self == FoldedText.letter }

    /// In upper case where it is ASCII's letter.
    var uppercased: UInt8 { isLetter ? self & ~0x20 : self }

    /// Its value as a digit.
    var digit: Int { Int(self) - 0x30 }

    /// Space between the lines of a text, or within one.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\n") }
}

extension [UInt8] {
    /// The byte at a place; nil outside.
    func at(_ place: Int) -> UInt8? { indices.contains(place) ? self[place] : nil }

    /// Whether what begins at a place doesn't go on with something else: a letter or digit before it.
    func isBoundary(before place: Int) -> Bool { at(place - 1).map { !$0.isWord } ?? true }

    /// Whether a number that ends at a place is over there, and doesn't go on with letters, digits or decimals.
    func isNumberOver(at place: Int) -> Bool {
        guard let next = at(place) else { return true }
        if ".,".utf8.contains(next), let digit = at(place + 1) { return !digit.isDigit }
        return !next.isWord
    }

    /// Whether a number that begins at a place stands directly behind another one and a dot.
    func isBehindDecimalPoint(_ place: Int) -> Bool {
        at(place - 1) == UInt8(ascii: ".") && at(place - 2)?.isDigit ?? false
    }

    /// Whether a number that isn't an amount is over at a place: it may be followed by another one behind a comma.
    func isCodeOver(at place: Int) -> Bool { at(place) == UInt8(ascii: ",") || isNumberOver(at: place) }

    /// Whether a letter stands directly before a place.
    func isBehindLetter(_ place: Int) -> Bool { at(place - 1).map { $0.isWord && !$0.isDigit } ?? false }

    /// Whether these characters stand at a place, in whatever case.
    func has(_ text: StaticString, at place: Int) -> Bool {
        text.withUTF8Buffer { wanted in
            place >= 0 && place + wanted.count <= count
                && wanted.indices.allSatisfy { self[place + $0].lowercased == wanted[$0].lowercased }
        }
    }
}
