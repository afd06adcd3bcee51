/// What is counted.

/// What a number is a number of, as far as it makes a difference: 30 years aren't 30 percent.
enum NumberUnit: Hashable, Sendable, CaseIterable {
    /// It doesn't say, or it is something else.
    case none
    case percent
    /// Of whatever currency.
    case money
    case years, months, weeks, days, hours, minutes

    /// By the word behind a number, in English, German, French, Spanish and Italian; a star is a letter that isn't ASCII's.
    static let words: [String: NumberUnit] = {
        let lists: [(NumberUnit, String)] = [
            (.percent, "percent pct prozent percentage apr pourcent porcentaje percento"),
            (
                .money,
                "usd eur gbp chf jpy cad aud nzd sek nok dkk pln czk huf inr cny sgd hkd dollar dollars euro euros pound pounds franc francs franken bucks cent cents"
            ),
            (
                .years,
                "year years yr yrs jahr jahre jahren j*hrige j*hrigen j*hriger an ans ann*e ann*es a*o a*os anno anni"
            ),
            (.months, "month months mo mos monat monate monaten mois mes meses mese mesi"),
            (.weeks, "week weeks wk wks woche wochen semaine semaines semana semanas settimana settimane"),
            (.days, "day days tag tage tagen jour jours d*a d*as giorno giorni"),
            (.hours, "hour hours hr hrs stunde stunden heure heures hora horas ora ore"),
            (.minutes, "minute minutes min mins minuten minuto minutos minuti"),
        ]
        var words: [String: NumberUnit] = [:]
        for (unit, list) in lists { for word in list.split(separator: " ") { words[String(word)] = unit } }
        return words
    }()

    /// By what a number is multiplied, as a power of ten.
    static let powers: [String: Int] = [
        "hundred": 2, "k": 3, "thousand": 3, "tausend": 3, "tsd": 3, "mille": 3, "mil": 3, "m": 6, "mm": 6, "mn": 6,
        "mio": 6,
        "million": 6, "millions": 6, "millionen": 6, "millones": 6, "milioni": 6, "bn": 9, "billion": 9, "billions": 9,
        "mrd": 9, "milliarde": 9, "milliarden": 9, "milliards": 9,
    ]

    /// How many of a smaller unit one is.
    private static let smaller: [NumberUnit: (unit: NumberUnit, count: Int)] = [
        .years: (.months, 12), .weeks: (.days, 7), .days: (.hours, 24), .hours: (.minutes, 60),
    ]

    /// The same time in the next smaller and larger unit, where it is a whole number there.
    func same(as quantity: Quantity) -> [(quantity: Quantity, unit: NumberUnit)] {
        guard let number = quantity.whole else { return [] }
        var same: [(Quantity, NumberUnit)] = []
        if let smaller = Self.smaller[self] { same.append((Quantity(number * smaller.count), smaller.unit)) }
        for (larger, smaller) in Self.smaller where smaller.unit == self && number.isMultiple(of: smaller.count) {
            same.append((Quantity(number / smaller.count), larger))
        }
        return same
    }
}
