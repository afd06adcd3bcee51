/// What stands in the place of a value.

/// `[IBAN-1]`: the kind, and a number by which the values of a session are told apart.
struct Placeholder: Hashable, Sendable, CustomStringConvertible {
    /// nil: what stands for a text that looks like a placeholder itself.
    let kind: MaskKind?
    let number: Int

    var description: String { "[\(Self.label(kind))-\(number)]" }

    private static func label(_ kind: MaskKind?) -> String { kind?.rawValue.uppercased() ?? "TEXT" }

    private static let labels = (MaskKind.allCases + [nil]).map { (kind: $0, label: Array(label($0).utf8)) }

    // MARK: As models write it

    /// What stands at a place of a text.
    enum Reading: Equatable {
        case placeholder(Placeholder, end: Int)
        /// The beginning of what may become one.
        case unfinished
        case none
    }

    /// Reads a placeholder as models write it: in brackets in any case, with a space, an underscore or nothing in the place of the
    /// dash, with spaces inside the brackets and backslashes before them; or without brackets, exactly as it is otherwise.
    ///
    /// - Parameters:
    ///   - text: as ``FoldedText`` has it.
    ///   - before: the byte before the text, where there was one.
    ///   - isWhole: nothing follows.
    static func read(_ text: [UInt8], at start: Int, before: UInt8? = nil, isWhole: Bool) -> Reading {
        let isBare = text[start].isUppercase
        guard isBare || "[\\".utf8.contains(text[start]) else { return .none }
        if isBare, let before = start > 0 ? text[start - 1] : before, before.isNamePart || before == UInt8(ascii: "-") {
            return .none
        }
        var hasRunOut = false
        for (kind, label) in labels {
            var reader = PlaceholderReader(text, at: start, isWhole: isWhole)
            if let number = isBare ? reader.bare(label) : reader.bracketed(label) {
                return .placeholder(Placeholder(kind: kind, number: number), end: reader.place)
            }
            hasRunOut = hasRunOut || reader.hasRunOut
        }
        return hasRunOut ? .unfinished : .none
    }
}

/// Reads along a text whose end may not be here yet.
private struct PlaceholderReader {
    private let text: [UInt8]
    private(set) var place: Int
    private let isWhole: Bool
    /// More would have been wanted than is here.
    private(set) var hasRunOut = false

    init(_ text: [UInt8], at place: Int, isWhole: Bool) {
        self.text = text
        self.place = place
        self.isWhole = isWhole
    }

    /// The number of a placeholder in brackets.
    mutating func bracketed(_ label: [UInt8]) -> Int? {
        skip("\\")
        guard skip("[") else { return nil }
        skip(" ")
        for byte in label { guard skip(where: { $0.uppercased == byte }) else { return nil } }
        _ = skip("-") || skip("_") || skip(" ")
        guard let number = number(of: 6) else { return nil }
        skip(" ")
        skip("\\")
        return skip("]") ? number : nil
    }

    /// The number of one without brackets: the next character has to end it.
    mutating func bare(_ label: [UInt8]) -> Int? {
        for byte in label { guard skip(where: { $0 == byte }) else { return nil } }
        guard skip("-"), let number = number(of: 3) else { return nil }
        guard let next = peek() else { return isWhole ? number : nil }
        return next.isNamePart ? nil : number
    }

    /// A number of so many digits at most, the first of which isn't 0.
    private mutating func number(of most: Int) -> Int? {
        let start = place
        while place - start < most, skip(where: \.isDigit) {}
        guard place > start, text[start] != UInt8(ascii: "0") else { return nil }
        return text[start..<place].reduce(0) { $0 * 10 + $1.digit }
    }

    private mutating func peek() -> UInt8? {
        if place < text.count { return text[place] }
        hasRunOut = !isWhole
        return nil
    }

    private mutating func skip(where isWanted: (UInt8) -> Bool) -> Bool {
        guard let byte = peek(), isWanted(byte) else { return false }
        place += 1
        return true
    }

    @discardableResult
    private mutating func skip(_ character: Unicode.Scalar) -> Bool { skip { $0 == UInt8(ascii: character) } }
}

extension UInt8 {
    /// Whether a word of ASCII's letters and digits goes on with it.
    fileprivate var isNamePart: Bool { isDigit || isLetter || self == UInt8(ascii: "_") }
}
