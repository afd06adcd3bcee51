/// Digits as telephone numbers are written.

/// Groups of digits with little between them.
struct DigitGroups {
    /// A longer run of digits is no telephone number.
    private static let mostDigits = 17
    /// Nor is one in more groups.
    private static let mostGroups = 8
    /// So much may stand between two groups.
    private static let mostBetween = 3

    /// ISO 4217, and what stands for a currency in words.
    static let currencies: [StaticString] = ["eur", "usd", "chf", "gbp"]

    private struct Group {
        let range: Range<Int>
        /// The dot, dash or slash before it, or else a space.
        let mark: UInt8
        /// The 0 in parentheses that isn't dialled behind a country code.
        let isOptionalZero: Bool
        /// How many digits there are up to its end.
        let total: Int
    }

    private let text: [UInt8]
    private var groups: [Group] = []
    let hasPlus: Bool

    /// - Returns: nil where none begins.
    init?(_ text: [UInt8], at start: Int) {
        self.text = text
        var place = start
        if text.at(place) == UInt8(ascii: "(") { place += 1 }
        hasPlus = text.at(place) == UInt8(ascii: "+")
        if hasPlus { place += text.at(place + 1) == UInt8(ascii: " ") ? 2 : 1 }
        var mark = UInt8(ascii: " ")
        var total = 0
        while groups.count < Self.mostGroups {
            let digits = text[min(place, text.count)...].prefix(Self.mostDigits + 1).prefix { $0.isDigit }
            total += digits.count
            guard !digits.isEmpty, total <= Self.mostDigits else { break }
            let isOptionalZero =
                hasPlus && !groups.isEmpty && digits.elementsEqual("0".utf8)
                && text.at(digits.startIndex - 1) == UInt8(ascii: "(") && text.at(digits.endIndex) == UInt8(ascii: ")")
            groups.append(Group(range: digits.indices, mark: mark, isOptionalZero: isOptionalZero, total: total))
            let between = text[digits.endIndex...].prefix(Self.mostBetween).prefix { " .-/()".utf8.contains($0) }
            guard !between.isEmpty else { break }
            let marks = between.filter { ".-/".utf8.contains($0) }
            guard marks.count <= 1 else { break }
            mark = marks.first ?? UInt8(ascii: " ")
            place = between.endIndex
        }
        if groups.isEmpty { return nil }
    }

    /// How many groups of them may be a number, one by one from the longest: those with enough digits.
    var counts: some Sequence<Int> {
        groups.indices.reversed().lazy.filter { 7...Self.mostDigits ~= groups[$0].total }.map { $0 + 1 }
    }

    /// Where the first so many end.
    func end(_ count: Int) -> Int { groups[count - 1].range.upperBound }

    func sizes(_ count: Int) -> [Int] { groups[..<count].map(\.range.count) }

    /// The digits that are dialled.
    func digits(_ count: Int) -> [UInt8] {
        groups[..<count].filter { !$0.isOptionalZero }.flatMap { text[$0.range] }
    }

    /// Whether a number may end behind the first so many: what follows makes the last of them no amount, percentage or time.
    func isOver(behind count: Int) -> Bool {
        let end = end(count)
        guard text.isNumberOver(at: end) || isListed(at: end) else { return false }
        if text.at(end) == UInt8(ascii: ":"), text.at(end + 1)?.isDigit ?? false { return false }
        let next = text.at(end)?.isBlank ?? false ? end + 1 : end
        guard let unit = Self.unitEnd(text, at: next) else { return true }
        // A currency may belong to the number behind it.
        let behind = text.at(unit)?.isBlank ?? false ? unit + 1 : unit
        return text.at(behind)?.isDigit ?? false
    }

    /// Whether another number follows behind a comma, and no decimals: there is more of it, or this is no amount.
    private func isListed(at end: Int) -> Bool {
        guard text.at(end) == UInt8(ascii: ",") else { return false }
        if hasPlus || text[groups[0].range.lowerBound] == UInt8(ascii: "0") { return true }
        return text[(end + 1)...].prefix(3).allSatisfy(\.isDigit) && text.count >= end + 4
    }

    /// Where a percent sign or a currency ends that stands at a place; nil where none does.
    private static func unitEnd(_ text: [UInt8], at place: Int) -> Int? {
        if let byte = text.at(place), "%$".utf8.contains(byte) { return place + 1 }
        return currencies.contains { text.has($0, at: place) } ? place + 3 : nil
    }

    /// Whether the first three are a date, and no number in pairs.
    func isDate(_ count: Int) -> Bool {
        guard count >= 3, groups[1].mark == groups[2].mark, groups[1].mark != UInt8(ascii: " ") else { return false }
        let sizes = sizes(3)
        let values = groups[..<3].map { text[$0.range].reduce(0) { ($0 * 10 + $1.digit) % 10_000 } }
        switch (sizes[0], sizes[1], sizes[2]) {
        case (4, 1...2, 1...2): return values[1] <= 12 && values[2] <= 31 || values[1] <= 31 && values[2] <= 12
        case (1...2, 1...2, 2), (1...2, 1...2, 4):
            let isPairs = groups.count > 3 && groups[3].mark == groups[2].mark && sizes[2] == 2
            return !isPairs && min(values[0], values[1]) <= 12 && max(values[0], values[1]) <= 31
        default: return false
        }
    }

    /// Whether the groups are those of an amount: `1.250.000`.
    func isAmount(_ count: Int) -> Bool {
        count >= 2 && groups[0].range.count <= 3 && text[groups[0].range.lowerBound] != UInt8(ascii: "0")
            && groups[1..<count].allSatisfy { $0.range.count == 3 && $0.mark == UInt8(ascii: ".") }
    }

    /// Whether dots, dashes and slashes behind the second group are all the same: times have more than one kind.
    func hasOneKindOfMark(behindFirst count: Int) -> Bool {
        guard count > 2 else { return true }
        let marks = groups[2..<count].map(\.mark).filter { $0 != UInt8(ascii: " ") }
        return marks.allSatisfy { $0 == marks.first }
    }
}
