/// Finding numbers in a text.

/// A number, a date or a time as it stands in a text.
struct NumberToken {
    enum Meaning {
        /// A number may be read in more than one way: `1.200` is 1200 or 1.2.
        case number([Quantity], NumberUnit)
        case date([CalendarDate])
        /// Minutes since midnight.
        case time([Int])
    }

    var meaning: Meaning
    /// With the unit, in the folded text.
    var range: Range<Int>
    /// In words, and so small that it needn't be a statement: `one of our advisers`.
    var isCasual = false
}

/// Goes through a text once and finds what it says in numbers. What only looks like a number isn't found: those of lists, of
/// first, second and third things, and of names such as `W-2`, `Q3` or `401(k)`.
struct NumberScanner {
    private static let names: [StaticString] = ["24/7", "401(k)", "401k", "403(b)", "403b", "457(b)", "529 plan"]
    /// Words behind which a number is the name of a thing.
    private static let labels: Set<String> = [
        "step", "option", "point", "part", "item", "phase", "tier", "question", "schritt", "punkt", "teil", "frage",
    ]

    /// Longer ones, in digits, have no letters directly behind them in a name.
    private static let longestOfNames = 3

    private let text: NumberText
    private var place = 0
    /// The last word, for numbers that are part of a name.
    private var lastWord: (text: String, range: Range<Int>) = ("", 0..<0)
    /// Where a time begins directly behind a date.
    private var timeStart = -1
    /// Nothing but marks of a list stands before the place on its line.
    private var isLineStart = true

    init(_ text: FoldedText) { self.text = NumberText(bytes: text.bytes) }

    mutating func next() -> NumberToken? {
        while place < text.bytes.count {
            let start = place
            let byte = text.bytes[start]
            if byte == UInt8(ascii: "\n") {
                isLineStart = true
                place += 1
            } else if byte.isWord {
                let token = byte.isDigit ? digits(at: start) : letters(at: start)
                isLineStart = false
                if let token {
                    place = max(token.range.upperBound, start + 1)
                    if case .date = token.meaning, text.hasTimeMark(at: place) {
                        place += 1
                        timeStart = place
                    }
                    return token
                }
                if place == start { skipWord() }
            } else {
                isLineStart = isLineStart && (byte == UInt8(ascii: " ") || "*#->(_".utf8.contains(byte))
                place += 1
            }
        }
        return nil
    }

    /// Passes over letters and digits in one, up to a number right behind a letter that isn't ASCII's.
    private mutating func skipWord() { place = wordEnd(from: place) }

    private func wordEnd(from start: Int) -> Int {
        var end = start + 1
        while let byte = text.bytes.at(end), byte.isWord, !(byte.isDigit && text.bytes[end - 1] == FoldedText.letter) {
            end += 1
        }
        return end
    }

    private mutating func letters(at start: Int) -> NumberToken? {
        if let (dates, end) = CalendarDate.read(text, at: start) {
            return NumberToken(meaning: .date(dates), range: start..<end)
        }
        if let (value, isLarge, wordsEnd) = NumberWords.read(text, at: start) {
            let (unit, end) = unit(behind: wordsEnd)
            let isOneOf = value == 1 && unit != .percent && unit != .money
            let quantity =
                unit == .percent && isBasisPoints(behind: wordsEnd) ? Quantity(value, power: -2) : Quantity(value)
            return NumberToken(
                meaning: .number([quantity], unit), range: start..<end, isCasual: isOneOf || unit == .none && !isLarge)
        }
        if let amount = money(at: start) { return amount }
        lastWord = (text.word(at: start).text, start..<wordEnd(from: start))
        return nil
    }

    /// `EUR 1,200`, `CHF500`: a currency in front of an amount.
    private func money(at start: Int) -> NumberToken? {
        let word = text.word(at: start)
        guard word.text.utf8.count == 3, NumberUnit.words[word.text] == .money else { return nil }
        var place = word.end
        text.skipBlank(at: &place)
        guard text.bytes.at(place)?.isDigit ?? false else { return nil }
        let number = WrittenNumber(text, at: place)
        return NumberToken(meaning: .number(number.quantities(of: .money), .money), range: start..<number.end)
    }

    private mutating func digits(at start: Int) -> NumberToken? {
        let bytes = text.bytes
        // A part of a name: `Q3`, `W-2`, `COVID-19`; words that aren't all in upper case go with a number of their own.
        // Scripts without spaces have letters of their own right beside numbers.
        guard bytes.isBoundary(before: start) || start == timeStart || bytes.at(start - 1) == FoldedText.letter else {
            return nil
        }
        if bytes.at(start - 1) == UInt8(ascii: "-"), lastWord.range.upperBound == start - 1, !lastWord.range.isEmpty,
            bytes[lastWord.range].allSatisfy({ $0.isUppercase || $0.isDigit })
        {
            return nil
        }
        if let name = Self.names.first(where: { bytes.has($0, at: start) }) {
            place = start + name.utf8CodeUnitCount
            return nil
        }
        let date = CalendarDate.read(text, at: start)
        // `1. May I ask …` is no date.
        if let end = listMark(at: start), date?.dates.first?.year == nil {
            place = end
            return nil
        }
        if Self.labels.contains(lastWord.text), start - lastWord.range.upperBound == 1 { return nil }
        if let (dates, end) = date { return NumberToken(meaning: .date(dates), range: start..<end) }
        if let (minutes, end) = ClockTime.read(text, at: start) {
            return NumberToken(meaning: .time(minutes), range: start..<end)
        }
        return number(at: start)
    }

    /// Where `1.`, `2)` or `3:` ends in front of an item of a list, or `(4)` anywhere.
    private func listMark(at start: Int) -> Int? {
        var end = start
        let isInParentheses = text.bytes.at(start - 1) == UInt8(ascii: "(")
        guard isLineStart || isInParentheses else { return nil }
        guard text.number(at: &end, digits: 1...2) != nil, let mark = text.bytes.at(end), ".):".utf8.contains(mark)
        else {
            return nil
        }
        if isInParentheses { return mark == UInt8(ascii: ")") ? end : nil }
        let next = text.bytes.at(end + 1)
        return next == nil || next?.isBlank == true || next == UInt8(ascii: "*") ? end + 1 : nil
    }

    private mutating func number(at start: Int) -> NumberToken? {
        let written = WrittenNumber(text, at: start)
        var end = written.end
        if text.skipOrdinal(at: &end) {
            place = end
            return nil
        }
        let hasCurrency = currencyStart(before: start)
        var (unit, unitEnd) = unit(behind: written.end)
        if unit == .none, hasCurrency != nil { (unit, unitEnd) = (.money, written.end) }
        if unit == .none, unitEnd == written.end, let next = rangeEnd(behind: written.end) {
            // `3-5 days`, `10 to 15%`: what the second is a number of, so is the first.
            let second = WrittenNumber(text, at: next)
            unit = self.unit(behind: second.end).unit
            if unit == .none, hasCurrency != nil { unit = .money }
        }
        var quantities = written.quantities(of: unit)
        if unit == .percent, isBasisPoints(behind: written.end) { quantities = quantities.map { $0.times(power: -2) } }
        // What letters follow directly is a name: `3D`. A longer number is one, with a unit that isn't known: `500kr`.
        if unitEnd == written.end, let letter = text.bytes.at(unitEnd), letter.isWord, letter != FoldedText.letter,
            written.digits < Self.longestOfNames || letter.isUppercase
        {
            place = written.end
            skipWord()
            return nil
        }
        return NumberToken(meaning: .number(quantities, unit), range: (hasCurrency ?? start)..<unitEnd)
    }

    /// Where a currency's sign stands before a number.
    private func currencyStart(before start: Int) -> Int? {
        let sign = text.bytes.at(start - 1) == UInt8(ascii: " ") ? start - 2 : start - 1
        return text.bytes.at(sign) == UInt8(ascii: "$") ? sign : nil
    }

    /// The unit behind a number and where it ends; no unit, and the place itself, where there is none.
    private func unit(behind start: Int) -> (unit: NumberUnit, end: Int) {
        var place = start
        if !text.skipBlank(at: &place) { _ = text.skip(UInt8(ascii: "-"), at: &place) }
        switch text.bytes.at(place) {
        case UInt8(ascii: "%"): return (.percent, place + 1)
        case UInt8(ascii: "$"):
            // It may belong to the next number.
            return text.bytes.at(place + 1)?.isDigit ?? false ? (.none, start) : (.money, place + 1)
        default: break
        }
        var word = text.word(at: place)
        let second = secondWord(behind: word.end)
        switch word.text {
        case "per": return second.text == "cent" ? (.percent, second.end) : (.none, start)
        case "basis": return (.percent, second.end)
        case "bps", "bp": return (.percent, word.end)
        case "business", "working", "calendar": word = second
        default: break
        }
        guard let unit = NumberUnit.words[word.text] else { return (.none, start) }
        return (unit, word.end)
    }

    private func secondWord(behind end: Int) -> (text: String, end: Int) {
        var place = end
        text.skipBlank(at: &place)
        return text.word(at: place)
    }

    private func isBasisPoints(behind start: Int) -> Bool {
        var place = start
        text.skipBlank(at: &place)
        return ["basis", "bps", "bp"].contains(text.word(at: place).text)
    }

    /// Where the second number of a range begins.
    private func rangeEnd(behind start: Int) -> Int? {
        var place = start
        let hasBlank = text.skipBlank(at: &place)
        let word = text.word(at: place)
        if hasBlank, ["to", "or", "and", "bis", "oder"].contains(word.text) {
            place = word.end
        } else if !text.skip(UInt8(ascii: "-"), at: &place) {
            return nil
        }
        text.skipBlank(at: &place)
        return text.bytes.at(place)?.isDigit ?? false ? place : nil
    }
}
