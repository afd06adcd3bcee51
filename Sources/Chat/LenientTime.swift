/// Times in the forms that RFC 3339 leaves out.

extension Timestamp {
    /// Reads a time in any form of ISO 8601 (https://en.wikipedia.org/wiki/ISO_8601), or as the time since 1970.
    ///
    /// That is: a calendar date, an ordinal one (`2025-023`) or one of a week (`2025-W04-4`), with or without its hyphens; behind a
    /// `T` or a space hours, minutes and seconds, of which the later ones may be missing and the last may have a fraction; and
    /// `Z`, `UTC`, an offset or nothing, which means UTC. A number counts from 1970: in seconds up to eleven digits, in
    /// milliseconds up to fourteen, in microseconds up to seventeen, in nanoseconds with nineteen.
    ///
    /// A zone's name in brackets behind all that, as Java writes it, is passed over where there is an offset.
    ///
    /// Twelve or fourteen digits that are a date and a time of these two centuries are those.
    ///
    /// - Returns: nil when the text is none of these, or names a day or an hour that doesn't exist.
    init?(lenient text: UnsafeRawBufferPointer) {
        var reader = LenientReader(text)
        guard let time = reader.compact() ?? reader.epoch() ?? reader.dateAndTime() else { return nil }
        guard Self.firstWritten...Self.lastWritten ~= time else { return nil }
        self.init(milliseconds: time)
    }
}

/// Reads from left to right, and goes back where something else is tried.
private struct LenientReader {
    private var rest: Substring

    init(_ text: UnsafeRawBufferPointer) {
        // Longer ones aren't times.
        rest = Substring(decoding: text.prefix(64), as: UTF8.self)
        rest = rest.drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        if text.count > 64 { rest = "" }
    }

    // MARK: A number

    /// `20250123143000` and `202501231430`: as a number of milliseconds they would lie centuries ahead, or before there were chats.
    func compact() -> Int64? {
        guard rest.count == 12 || rest.count == 14, rest.allSatisfy(\.isASCIIDigit),
            rest.hasPrefix("19") || rest.hasPrefix("20")
        else { return nil }
        var reader = self
        guard let day = reader.date(), let time = reader.timeOfDay(), reader.rest.isEmpty else { return nil }
        return day * 86_400_000 + time
    }

    func epoch() -> Int64? {
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts[0].drop { $0 == "-" }
        // Eight digits are a date.
        // Of eighteen digits nobody knows what they count.
        guard (9...19).contains(digits.count), digits.count != 18, digits.allSatisfy(\.isASCIIDigit),
            let whole = Int64(parts[0])
        else {
            return nil
        }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.allSatisfy(\.isASCIIDigit), parts.count == 1 || !fraction.isEmpty else { return nil }
        switch digits.count {
        case ...11:
            let milliseconds = Int64(fraction.padded(to: 3)) ?? 0
            return whole * 1000 + (whole < 0 || parts[0].first == "-" ? -milliseconds : milliseconds)
        case ...14: return whole
        case ...17: return whole.floorDivided(by: 1000).quotient
        default: return whole.floorDivided(by: 1_000_000).quotient
        }
    }

    // MARK: A date and a time

    mutating func dateAndTime() -> Int64? {
        guard let day = date() else { return nil }
        var time: Int64 = 0
        if !rest.isEmpty {
            guard let mark = rest.popFirst(), "Tt _".contains(mark), let read = timeOfDay() else { return nil }
            time = read
        }
        let hasOffset = !rest.isEmpty
        guard let offset = offset(), rest.isEmpty || hasOffset && rest.first == "[" && rest.last == "]" else {
            return nil
        }
        return day * 86_400_000 + time - offset * 60_000
    }

    private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        guard 1...12 ~= month, 1...Calendar.days(inMonth: month, of: year) ~= day else { return nil }
        return Calendar.daysSince1970(year, month, day)
    }

    private mutating func date() -> Int64? {
        guard let year = digits(4) else { return nil }
        let isExtended = skip("-")
        if skip("W") || skip("w") {
            guard let week = digits(2), 1...53 ~= week, !isExtended || skip("-"), let weekday = digits(1),
                1...7 ~= weekday
            else { return nil }
            // The first week is that of the fourth of January.
            let fourth = Calendar.daysSince1970(year, 1, 4)
            let monday = fourth - (fourth + 3).floorDivided(by: 7).remainder
            return monday + (week - 1) * 7 + weekday - 1
        }
        let count = rest.prefix(while: \.isASCIIDigit).count
        if count == 3, let day = digits(3) {
            let isLeap = Calendar.days(inMonth: 2, of: year) == 29
            guard 1...(isLeap ? 366 : 365) ~= day else { return nil }
            return Calendar.daysSince1970(year, 1, 1) + day - 1
        }
        guard let month = digits(2), !isExtended || skip("-"), let day = digits(2) else { return nil }
        return Self.day(year, month, day)
    }

    /// - Returns: milliseconds since midnight.
    private mutating func timeOfDay() -> Int64? {
        guard let hour = digits(2), hour <= 24 else { return nil }
        var (time, unit) = (hour * 3_600_000, Int64(3_600_000))
        let isExtended = rest.first == ":"
        for smaller in [60_000, 1000] as [Int64] {
            guard isExtended ? skip(":") : rest.first?.isASCIIDigit == true else { break }
            guard let value = digits(2), value < 60 else { return nil }
            time += value * smaller
            unit = smaller
        }
        if skip(".") || skip(",") {
            let fraction = rest.prefix(while: \.isASCIIDigit)
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(fraction.count)
            // A millionth of an hour is 3.6 ms: more digits say nothing.
            time += (Int64(fraction.padded(to: 9)) ?? 0) * unit / 1_000_000_000
        }
        // Midnight at the end of a day.
        return hour < 24 || time == 86_400_000 ? time : nil
    }

    /// - Returns: in minutes.
    private mutating func offset() -> Int64? {
        while skip(" ") {}
        for name in ["UTC", "GMT", "Z", "z"] where rest.hasPrefix(name) {
            rest = rest.dropFirst(name.count)
            if name.count == 1 || rest.isEmpty { return 0 }
        }
        if rest.isEmpty { return 0 }
        let isBehind = skip("-") || skip("\u{2212}")
        guard isBehind || skip("+"), let hours = digits(2), hours < 24 else { return nil }
        var minutes: Int64 = 0
        if !rest.isEmpty, rest.first != "[" {
            _ = skip(":")
            guard let written = digits(2), written < 60 else { return nil }
            minutes = written
        }
        return (isBehind ? -1 : 1) * (hours * 60 + minutes)
    }

    // MARK: Parts

    private mutating func skip(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digits(_ count: Int) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(\.isASCIIDigit) else { return nil }
        rest = rest.dropFirst(count)
        return Int64(digits)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

extension Substring {
    /// So many digits, with zeros behind them where there are fewer.
    fileprivate func padded(to count: Int) -> String {
        prefix(count) + String(repeating: "0", count: Swift.max(0, count - self.count))
    }
}
