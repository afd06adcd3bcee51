/// Text as those see it who look for numbers and addresses in it.

/// One byte for each character that can be seen: ASCII as it is, digits of all scripts and full-width letters as ASCII, and one
/// of a few bytes for the rest. So a number written with Arabic digits, no-break spaces or invisible characters in it is
/// found like any other.
///
/// Each character is folded by itself: a text in pieces folds like the whole.
struct FoldedText {
    /// Stands for a letter that isn't ASCII's.
    static let letter: UInt8 = 0x80
    /// Stands for anything else.
    static let other: UInt8 = 0x81

    let bytes: [UInt8]
    /// The text itself, in UTF-8.
    private let source: [UInt8]
    /// Where each character begins in the text; nil where it is all ASCII, so that the places are the same.
    private let places: [Int]?

    init(_ text: String) {
        source = Array(text.utf8)
        guard source.contains(where: { $0 >= 0x80 }) else {
            (bytes, places) = (source.map(Self.folded), nil)
            return
        }
        var (bytes, places): ([UInt8], [Int]) = ([], [])
        bytes.reserveCapacity(source.count)
        places.reserveCapacity(source.count)
        var place = 0
        for scalar in text.unicodeScalars {
            if let byte = Self.folded(scalar) {
                bytes.append(byte)
                places.append(place)
            }
            place += UTF8.width(scalar)
        }
        (self.bytes, self.places) = (bytes, places)
    }

    /// The text from one character to another, with what can't be seen between them.
    subscript(range: Range<Int>) -> String { String(decoding: source[places(of: range)], as: UTF8.self) }

    /// Where some characters stand in the text's UTF-8.
    func places(of range: Range<Int>) -> Range<Int> {
        guard let places, let last = range.last else { return range }
        return places[range.lowerBound]..<(places[last] + Self.width(source[places[last]]))
    }

    /// The text's UTF-8 from one place to another.
    func utf8(_ range: Range<Int>) -> ArraySlice<UInt8> { source[range] }

    /// The size of the whole in UTF-8.
    var size: Int { source.count }

    /// As it is written, on one line and without what can't be seen.
    func written(_ range: Range<Int>) -> String {
        var text = ""
        for scalar in self[range].unicodeScalars where !scalar.properties.isDefaultIgnorableCodePoint {
            text.unicodeScalars.append(scalar.drivesTerminals ? " " : scalar)
        }
        return text
    }

    /// How many bytes a character takes that begins with this one.
    private static func width(_ first: UInt8) -> Int {
        switch first {
        case ..<0xC0: 1
        case ..<0xE0: 2
        case ..<0xF0: 3
        default: 4
        }
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x0A...0x0D: UInt8(ascii: "\n")
        case ..<0x20, 0x7F: UInt8(ascii: " ")
        default: byte
        }
    }

    /// nil: it can't be seen, or changes only how the one before it looks.
    private static func folded(_ scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case ..<0x80: return folded(UInt8(scalar.value))
        // Full-width forms of ASCII.
        case 0xFF01...0xFF5E: return UInt8(scalar.value - 0xFEE0)
        // The minus sign.
        case 0x2212: return UInt8(ascii: "-")
        default: break
        }
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint { return nil }
        switch properties.generalCategory {
        case .decimalNumber: return UInt8(ascii: "0") + UInt8(properties.numericValue ?? 0)
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .spacingMark:
            return letter
        case .nonspacingMark, .enclosingMark: return nil
        case .currencySymbol: return UInt8(ascii: "$")
        case .dashPunctuation: return UInt8(ascii: "-")
        case .spaceSeparator: return UInt8(ascii: " ")
        case .lineSeparator, .paragraphSeparator: return UInt8(ascii: "\n")
        case .control: return scalar.value == 0x85 ? UInt8(ascii: "\n") : UInt8(ascii: " ")
        default: return other
        }
    }
}
