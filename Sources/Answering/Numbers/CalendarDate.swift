/// Days of the calendar in texts.

/// A date as far as it is said.
struct CalendarDate: Hashable, Sendable {
    var year: Int?
    let month: Int
    var day: Int?

    /// nil where there is no such day.
    private init?(year: Int?, month: Int, day: Int?) {
        guard 1...12 ~= month, 1...31 ~= day ?? 1 else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    private static let months: [String: Int] = {
        let names = [
            "jan january januar janvier enero gennaio", "feb february februar f*vrier febrero febbraio",
            "mar march m*rz mars marzo", "apr april avril abril aprile", "may mai mayo maggio",
            "jun june juni juin junio giugno",
            "jul july juli juillet julio luglio", "aug august ao*t agosto",
            "sep sept september septembre septiembre settembre",
            "oct october oktober octobre octubre ottobre okt", "nov november novembre noviembre",
            "dec december dezember d*cembre diciembre dicembre dez",
        ]
        var months: [String: Int] = [:]
        for (place, list) in names.enumerated() {
            for name in list.split(separator: " ") { months[String(name)] = place + 1 }
        }
        return months
    }()

    /// What a date that begins at a place may be, and where it ends; nil where none begins.
    static func read(_ text: NumberText, at start: Int) -> (dates: [CalendarDate], end: Int)? {
        text.bytes[start].isDigit ? numeric(text, at: start) ?? dayFirst(text, at: start) : monthFirst(text, at: start)
    }

    /// `2025-01-23`, `23.01.2025`, `01/23/2025`, `1/23`, `01/2025`.
    private static func numeric(_ text: NumberText, at start: Int) -> (dates: [CalendarDate], end: Int)? {
        var place = start
        guard let first = text.number(at: &place, digits: 1...4), let mark = text.bytes.at(place),
            "./-".utf8.contains(mark)
        else { return nil }
        let size = place - start
        place += 1
        if size <= 2, let year = text.number(at: &place, digits: 4...4) {
            guard 1900...2199 ~= year, text.bytes.isNumberOver(at: place), mark != UInt8(ascii: "-") else { return nil }
            return CalendarDate(year: year, month: first, day: nil).map { ([$0], place) }
        }
        guard let second = text.number(at: &place, digits: 1...2) else { return nil }
        guard text.bytes.at(place) == mark, text.bytes.at(place + 1)?.isDigit ?? false else {
            // Without a year.
            guard mark == UInt8(ascii: "/"), size <= 2, !(text.bytes.at(place)?.isWord ?? false) else { return nil }
            let dates = [(first, second), (second, first)].compactMap { CalendarDate(year: nil, month: $0, day: $1) }
            return dates.isEmpty ? nil : (dates, place)
        }
        place += 1
        let beginning = place
        guard let third = text.number(at: &place, digits: 1...4),
            text.bytes.isNumberOver(at: place) || text.hasTimeMark(at: place)
        else { return nil }
        if size == 4 {
            return CalendarDate(year: first, month: second, day: third).map { ([$0], place) }
        }
        guard size <= 2, [2, 4].contains(place - beginning) else { return nil }
        let year = place - beginning == 2 ? 2000 + third : third
        let orders = mark == UInt8(ascii: ".") ? [(second, first)] : [(first, second), (second, first)]
        let dates = orders.compactMap { CalendarDate(year: year, month: $0, day: $1) }
        return dates.isEmpty ? nil : (dates, place)
    }

    /// `23 January 2025`, `23. Januar`, `the 23rd of January`.
    private static func dayFirst(_ text: NumberText, at start: Int) -> (dates: [CalendarDate], end: Int)? {
        var place = start
        guard let day = text.number(at: &place, digits: 1...2) else { return nil }
        text.skipOrdinal(at: &place)
        if text.bytes.at(place) == UInt8(ascii: ".") { place += 1 }
        guard text.skipBlank(at: &place) || text.skip(UInt8(ascii: "-"), at: &place) else { return nil }
        var word = text.word(at: place)
        if word.text == "of" || word.text == "de" {
            place = word.end
            text.skipBlank(at: &place)
            word = text.word(at: place)
        }
        guard let month = months[word.text] else { return nil }
        let (year, end) = year(text, behind: word.end)
        return CalendarDate(year: year, month: month, day: day).map { ([$0], end) }
    }

    /// `January 23, 2025`, `Jan. 23rd`, `January 2025`.
    private static func monthFirst(_ text: NumberText, at start: Int) -> (dates: [CalendarDate], end: Int)? {
        let word = text.word(at: start)
        guard let month = months[word.text] else { return nil }
        let (year, end) = year(text, behind: word.end)
        if let year { return CalendarDate(year: year, month: month, day: nil).map { ([$0], end) } }
        var place = word.end
        if text.bytes.at(place) == UInt8(ascii: ".") { place += 1 }
        guard text.skipBlank(at: &place), let day = text.number(at: &place, digits: 1...2) else { return nil }
        text.skipOrdinal(at: &place)
        // `May 4.5` and `may 20%` say something else.
        guard text.bytes.isNumberOver(at: place), text.bytes.at(place) != UInt8(ascii: "%") else { return nil }
        let (itsYear, itsEnd) = Self.year(text, behind: place)
        return CalendarDate(year: itsYear, month: month, day: day).map { ([$0], itsEnd) }
    }

    /// The year behind a place, with a comma or a dot in front or without; otherwise nil, and the place itself.
    private static func year(_ text: NumberText, behind start: Int) -> (year: Int?, end: Int) {
        var place = start
        if let mark = text.bytes.at(place), ",.".utf8.contains(mark) { place += 1 }
        guard text.skipBlank(at: &place) || text.skip(UInt8(ascii: "-"), at: &place),
            let year = text.number(at: &place, digits: 4...4), 1900...2199 ~= year, text.bytes.isNumberOver(at: place)
        else { return (nil, start) }
        return (year, place)
    }
}
