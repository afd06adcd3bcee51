/// Telephone numbers.

/// Numbers with a country code in front (ITU-T E.164), those of North America's plan, those that begin with the 0 of most
/// countries' own plans, and other ones behind a word that says so.
///
/// Nothing in a telephone number can be checked, so what is more likely something else isn't taken: dates, times, amounts,
/// percentages, and numbers behind words for orders, accounts and the like.
enum PhoneNumber {
    /// Where one that begins at a place ends, and what it is: its digits, with a `+` in front of a country code. The longest that
    /// may be one is taken.
    ///
    /// - Parameter previous: where the last thing that was found ends. Right behind other digits no number begins.
    static func match(_ text: [UInt8], at start: Int, behind previous: Int) -> (end: Int, value: String)? {
        guard let found = longest(text, at: start, behind: previous) else { return nil }
        // A parenthesis that isn't closed in the number isn't a part of it.
        if text[start] == UInt8(ascii: "("), !text[start..<found.end].contains(UInt8(ascii: ")")) { return nil }
        return found
    }

    private static func longest(_ text: [UInt8], at start: Int, behind previous: Int) -> (end: Int, value: String)? {
        guard text[start].isDigit || "+(".utf8.contains(text[start]), isBegin(start, of: text, behind: previous),
            let groups = DigitGroups(text, at: start), groups.counts.contains(where: groups.isOver)
        else { return nil }
        let before = groups.hasPlus ? nil : NumberWord.before(start, in: text)
        if before == .other || before == .person { return nil }
        for count in groups.counts where groups.isOver(behind: count) {
            let digits = groups.digits(count)
            if groups.hasPlus {
                if let value = international(digits) { return (groups.end(count), value) }
                continue
            }
            if groups.isDate(count) { continue }
            if digits.count >= 11, digits.starts(with: "00".utf8), let value = international(Array(digits[2...])) {
                return (groups.end(count), value)
            }
            if isNational(digits, groups, count) || isNorthAmerican(digits, groups.sizes(count))
                || before == .phone && digits.count <= 15 && !groups.isAmount(count)
            {
                return (groups.end(count), String(decoding: digits, as: UTF8.self))
            }
        }
        return nil
    }

    private static func isBegin(_ start: Int, of text: [UInt8], behind previous: Int) -> Bool {
        guard text.isBoundary(before: start) else { return false }
        if text[start] == UInt8(ascii: "+") || text.at(start + 1) == UInt8(ascii: "+") {
            // A sum: `5 + 30000000`.
            let isSum = text.at(start - 1)?.isBlank ?? false && text.at(start - 2)?.isDigit ?? false
            return !(isSum && text.at(start + 1)?.isBlank ?? false)
        }
        // A part of a longer number or code, or an amount.
        switch text.at(start - 1) {
        case UInt8(ascii: "#"), UInt8(ascii: "$"): return false
        case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"):
            if start > previous + 1, text.at(start - 2)?.isDigit ?? false { return false }
        case UInt8(ascii: "-"), UInt8(ascii: "/"):
            if start > previous + 1, !text.isBoundary(before: start - 1) { return false }
        default: break
        }
        if text[start] == UInt8(ascii: "(") { return true }
        var place = start - 1
        while place > start - 3, text.at(place) == UInt8(ascii: " ") { place -= 1 }
        guard place + 1 > previous, place != start - 1, let before = text.at(place) else { return true }
        if before == UInt8(ascii: "$") || DigitGroups.currencies.contains(where: { text.has($0, at: place - 2) }) {
            return false
        }
        // A group of an account's number, and no date.
        let digits = text[...place].suffix(6).reversed().prefix { $0.isDigit }.count
        let mark = text.at(place - digits)
        return digits < 3 || mark.map { ".,/:-".utf8.contains($0) } ?? false
    }

    /// A number with its country code, behind the `+`; nil where it can't be one.
    private static func international(_ digits: [UInt8]) -> String? {
        guard 8...15 ~= digits.count, let first = digits.first, first != UInt8(ascii: "0"),
            first != UInt8(ascii: "1") || digits.count == 11 && isAreaAndOffice(digits[1...])
        else { return nil }
        return "+" + String(decoding: digits, as: UTF8.self)
    }

    /// The 0 with an area's or a network's code, and the rest in groups of two digits or more.
    private static func isNational(_ digits: [UInt8], _ groups: DigitGroups, _ count: Int) -> Bool {
        guard digits[0] == UInt8(ascii: "0"), digits[1] != UInt8(ascii: "0") else { return false }
        let sizes = groups.sizes(count)
        if count == 1 { return 10...12 ~= digits.count }
        return 9...12 ~= digits.count && 2...6 ~= sizes[0] && sizes.allSatisfy { $0 >= 2 }
            && groups.hasOneKindOfMark(behindFirst: count)
    }

    /// `415-555-2671`, perhaps with a 1 in front
    /// (https://en.wikipedia.org/wiki/North_American_Numbering_Plan#Modern_numbering_plan).
    private static func isNorthAmerican(_ digits: [UInt8], _ sizes: [Int]) -> Bool {
        switch sizes {
        case [3, 3, 4]: isAreaAndOffice(digits[...])
        case [1, 3, 3, 4]: digits[0] == UInt8(ascii: "1") && isAreaAndOffice(digits[1...])
        default: false
        }
    }

    private static func isAreaAndOffice(_ digits: ArraySlice<UInt8>) -> Bool {
        let digits = Array(digits)
        return digits[0].digit >= 2 && digits[1].digit <= 8 && digits[3].digit >= 2
    }
}
