/// Text as bytes, whatever the case of its ASCII letters.

extension UInt8 {
    @inline(__always)
    var lowercased: UInt8 { isUppercase ? self | 0x20 : self }

    var isUppercase: Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self }

    /// The first byte of a line break in UTF-8: LF, VT, FF, CR, and perhaps U+0085, U+2028 or U+2029.
    var mayBreakLine: Bool { 0x0A...0x0D ~= self || self == 0xC2 || self == 0xE2 }

    var isSpace: Bool { self == 0x20 || 0x09...0x0D ~= self }
}

extension String {
    /// Its bytes, ASCII letters in lower case.
    var lowercasedBytes: [UInt8] { utf8.map(\.lowercased) }
}

extension Collection<UInt8> {
    /// - Parameter mark: in lower case where this isn't.
    func startsLowercased(with mark: some Collection<UInt8>) -> Bool {
        mark.count <= count && zip(self, mark).allSatisfy { $0.lowercased == $1.lowercased }
    }

    func containsLowercased(_ mark: [UInt8]) -> Bool {
        indices.contains { self[$0...].startsLowercased(with: mark) }
    }
}

extension [UInt8] {
    mutating func dropLeadingSpace() {
        var end = 0
        while case let next = self[end...].blank.end, next > end { end = next }
        removeFirst(end)
    }

    func firstRangeLowercased(of mark: [UInt8]) -> Range<Int>? { firstRange(ofAny: [mark]) }

    /// The first place of any of some marks.
    func firstRange(ofAny marks: [[UInt8]]) -> Range<Int>? {
        for index in indices {
            for mark in marks where self[index...].startsLowercased(with: mark) { return index..<(index + mark.count) }
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    /// So much of it is looked at in one go, in bytes.
    private static var longestBlank: Int { 1024 }

    /// Where the white space at its beginning ends, and whether a line ends in it; Unicode's kinds included.
    var blank: (end: Int, hasLineBreak: Bool) {
        var end = startIndex
        var hasLineBreak = false
        while end < endIndex, end - startIndex < Self.longestBlank {
            if self[end].isSpace {
                hasLineBreak = hasLineBreak || self[end].mayBreakLine
                end += 1
            } else if let kind = Self.blanks.first(where: { self[end...].starts(with: $0.bytes) }) {
                hasLineBreak = hasLineBreak || kind.isLineBreak
                end += kind.bytes.count
            } else {
                break
            }
        }
        return (end, hasLineBreak)
    }

    private static let blanks: [(bytes: [UInt8], isLineBreak: Bool)] =
        "\u{85}\u{2028}\u{2029}".utf8Scalars.map { ($0, true) }
        + "\u{A0}\u{202F}\u{3000}".utf8Scalars.map { ($0, false) }
}

extension String {
    fileprivate var utf8Scalars: [[UInt8]] { unicodeScalars.map { Array(String($0).utf8) } }
}
