/// Numbers that nobody has said.

/// What some texts say in numbers: amounts, percentages and rates, dates, times and counts. Tells which numbers of an answer
/// stand in none of them, in whatever form.
///
/// Numbers are compared by their value, and by what they count where both texts say that: `$1,200`, `1.200,00 EUR` and `1200`
/// are the same, `30-year` is `30 years` and `360 months`, and not `30%`. Sums and differences that a model has worked out
/// itself count as said by nobody.
public struct SaidNumbers: Sendable {
    /// So many are named at most, each of so many bytes at most.
    private static let (most, longest) = (20, 64)

    private var numbers: [Quantity: Set<NumberUnit>] = [:]
    private var dates: Set<CalendarDate> = []
    /// The years with which a day was said.
    private var years: [CalendarDate: Set<Int>] = [:]
    private var times: Set<Int> = []

    /// - Parameter texts: what was said, and what the model was told besides.
    public init(in texts: [String]) {
        for text in texts {
            var scanner = NumberScanner(FoldedText(text))
            while let token = scanner.next() { add(token.meaning) }
        }
    }

    /// The numbers in an answer that were in none of the texts, as they stand there, each once: the first 20, of which the first 64
    /// bytes.
    public func unsupported(in answer: String) -> [String] {
        let text = FoldedText(answer)
        var scanner = NumberScanner(text)
        var found: [String] = []
        while found.count < Self.most, let token = scanner.next() {
            guard !token.isCasual, !isSaid(token.meaning) else { continue }
            let shown = text.written(
                token.range.lowerBound..<min(token.range.upperBound, token.range.lowerBound + Self.longest)
            )
            .cut(to: Self.longest)
            if !found.contains(shown) { found.append(shown) }
        }
        return found
    }

    private mutating func add(_ meaning: NumberToken.Meaning) {
        switch meaning {
        case .number(let quantities, let unit):
            for quantity in quantities {
                add(quantity, unit)
                for (quantity, unit) in unit.same(as: quantity) { add(quantity, unit) }
            }
        case .date(let readings):
            for date in readings {
                dates.insert(date)
                // A part of a date is said with it.
                if let year = date.year {
                    add(Quantity(year), .none)
                    if date.day != nil {
                        dates.insert(date.without(\.year))
                        years[date.without(\.year), default: []].insert(year)
                    }
                    dates.insert(date.without(\.day))
                }
            }
        case .time(let minutes):
            times.formUnion(minutes)
            for minute in minutes where minute.isMultiple(of: 60) {
                for hour in Self.hours(minute) { add(Quantity(hour), .none) }
            }
        }
    }

    private mutating func add(_ quantity: Quantity, _ unit: NumberUnit) { numbers[quantity, default: []].insert(unit) }

    private func isSaid(_ meaning: NumberToken.Meaning) -> Bool {
        switch meaning {
        case .number(let quantities, let unit):
            quantities.contains { quantity in
                guard let units = numbers[quantity] else { return false }
                return unit == .none || units.contains(unit) || units.contains(.none)
            }
        case .date(let readings):
            readings.contains { date in
                if dates.contains(date) { return true }
                // A day that was said without a year, and is answered with one.
                let day = date.without(\.year)
                return date.day != nil && dates.contains(day) && years[day] == nil
            }
        case .time(let minutes):
            minutes.contains { minute in
                times.contains(minute)
                    || minute.isMultiple(of: 60)
                        && Self.hours(minute).contains { numbers[Quantity($0)]?.contains(.none) ?? false }
            }
        }
    }

    /// How people may call a whole hour.
    private static func hours(_ minutes: Int) -> [Int] { [minutes / 60, (minutes / 60 + 12) % 24] }
}

extension CalendarDate {
    fileprivate func without(_ part: WritableKeyPath<CalendarDate, Int?>) -> CalendarDate {
        var date = self
        date[keyPath: part] = nil
        return date
    }
}

extension String {
    /// So much of it as has room.
    fileprivate func cut(to bytes: Int) -> String {
        var left = bytes
        return String(
            String.UnicodeScalarView(
                unicodeScalars.prefix { scalar in
                    left -= UTF8.width(scalar)
                    return left >= 0
                }))
    }
}
