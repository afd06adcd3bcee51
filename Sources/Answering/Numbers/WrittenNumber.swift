/// Digits with what may stand between them.

/// A number in digits, with marks for thousands and decimals and a word for thousands or millions behind it.
struct WrittenNumber {
    /// What it may be.
    private let quantities: [Quantity]
    /// What it may be where a last group of three digits is one of thousands.
    private let thousands: [Quantity]
    /// The last digit is a 0.
    private let isRound: Bool
    /// How many digits it has.
    let digits: Int
    /// Behind it.
    let end: Int

    /// - Parameter start: where a digit stands.
    init(_ text: NumberText, at start: Int) {
        let bytes = text.bytes
        var groups = [Self.run(bytes, at: start)]
        var marks: [UInt8] = []
        while let last = groups.last, let mark = bytes.at(last.upperBound), Self.isMark(mark),
            bytes.at(last.upperBound + 1)?.isDigit ?? false
        {
            let group = Self.run(bytes, at: last.upperBound + 1)
            // Spaces and apostrophes stand between thousands only, and never begin to.
            let isThousand = group.count == 3 && (1...3 ~= groups[0].count || !marks.isEmpty)
            if !".,".utf8.contains(mark), !isThousand || marks.last ?? mark != mark { break }
            groups.append(group)
            marks.append(mark)
        }
        let end = groups[groups.count - 1].upperBound
        let plain = Self.readings(groups.map { bytes[$0] }, marks)
        let power = Self.power(text, behind: end)
        func multiplied(_ plain: [Quantity]) -> [Quantity] {
            guard let power else { return plain }
            // `5 m` may be metres.
            return plain.map { $0.times(power: power.power) } + (power.isSure ? [] : plain)
        }
        quantities = multiplied(plain)
        thousands = multiplied(Array(plain.prefix(1)))
        isRound = bytes[end - 1] == UInt8(ascii: "0")
        digits = groups.reduce(0) { $0 + $1.count }
        self.end = power?.end ?? end
    }

    /// What it may be as a number of something. Amounts have two decimals at most: `$250,000` isn't 250. Only of rates one writes
    /// a third that is 0: `4.250%`.
    func quantities(of unit: NumberUnit) -> [Quantity] {
        unit == .money || unit != .percent && isRound ? thousands : quantities
    }

    private static func isMark(_ byte: UInt8) -> Bool { ".,' ".utf8.contains(byte) || byte == FoldedText.other }

    private static func run(_ bytes: [UInt8], at start: Int) -> Range<Int> {
        start..<(bytes[start...].firstIndex { !$0.isDigit } ?? bytes.endIndex)
    }

    private static func readings(_ groups: [ArraySlice<UInt8>], _ marks: [UInt8]) -> [Quantity] {
        let whole = groups.flatMap(\.self)
        guard let last = marks.last else { return [Quantity(whole)] }
        let thousands = groups.dropFirst().allSatisfy { $0.count == 3 } && 1...3 ~= groups[0].count
        let isDecimal = ".,".utf8.contains(last) && !marks.dropLast().contains(last)
        let decimal = Quantity(groups.dropLast().flatMap(\.self), fraction: groups[groups.count - 1])
        if Set(marks).count > 1 { return isDecimal ? [decimal] : [Quantity(whole)] }
        if marks.count > 1 { return [Quantity(whole)] }
        return (thousands ? [Quantity(whole)] : []) + (isDecimal ? [decimal] : [])
    }

    /// The word or letter behind a number that multiplies it.
    private static func power(_ text: NumberText, behind start: Int) -> (power: Int, isSure: Bool, end: Int)? {
        var place = start
        let hasBlank = text.skipBlank(at: &place) || text.skip(UInt8(ascii: "-"), at: &place)
        let word = text.word(at: place)
        guard let power = NumberUnit.powers[word.text], !(text.bytes.at(word.end)?.isDigit ?? false) else { return nil }
        return (power, word.text != "m" || !hasBlank, word.end)
    }
}
