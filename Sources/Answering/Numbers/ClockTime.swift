/// Times of the day in texts.

/// `14:30`, `2:30 pm`, `3pm`, `15 Uhr`.
enum ClockTime {
    /// The minutes since midnight that a time at a place may be, and where it ends; nil where none begins. Without `am` or `pm` a
    /// time up to one is in either half of the day.
    static func read(_ text: NumberText, at start: Int) -> (minutes: [Int], end: Int)? {
        var place = start
        guard let hour = text.number(at: &place, digits: 1...2), hour <= 24 else { return nil }
        var minute: Int?
        if text.bytes.at(place) == UInt8(ascii: ":") {
            place += 1
            guard let number = text.number(at: &place, digits: 2...2), number < 60 else { return nil }
            minute = number
            // Seconds.
            var behind = place
            if text.skip(UInt8(ascii: ":"), at: &behind), text.number(at: &behind, digits: 2...2) != nil {
                place = behind
            }
        }
        var behind = place
        text.skipBlank(at: &behind)
        if let (isAfternoon, end) = half(text, at: behind), 1...12 ~= hour {
            return ([(hour % 12 + (isAfternoon ? 12 : 0)) * 60 + (minute ?? 0)], end)
        }
        let word = text.word(at: behind)
        if word.text == "uhr" || word.text == "o", text.bytes.has("o'clock", at: behind) || word.text == "uhr" {
            let end = word.text == "uhr" ? word.end : behind + 7
            return (halves(hour, minute ?? 0), end)
        }
        return minute.map { (halves(hour, $0), place) }
    }

    private static func halves(_ hour: Int, _ minute: Int) -> [Int] {
        let minutes = hour % 24 * 60 + minute
        return hour <= 12 ? [minutes, (minutes + 720) % 1440] : [minutes]
    }

    /// `am`, `p.m.` and the like.
    private static func half(_ text: NumberText, at start: Int) -> (isAfternoon: Bool, end: Int)? {
        for (mark, isAfternoon) in [("am", false), ("pm", true)] as [(StaticString, Bool)]
        where text.bytes.has(mark, at: start) {
            return text.bytes.at(start + 2)?.isWord ?? false ? nil : (isAfternoon, start + 2)
        }
        for (mark, isAfternoon) in [("a.m", false), ("p.m", true)] as [(StaticString, Bool)]
        where text.bytes.has(mark, at: start) {
            return (isAfternoon, text.bytes.at(start + 3) == UInt8(ascii: ".") ? start + 4 : start + 3)
        }
        return nil
    }
}
