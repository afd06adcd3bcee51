/// Numbers that states give to persons.

/// Identity, insurance and tax numbers of some countries: those that can be told from other numbers by check digits, or by a
/// form that nothing else has.
enum NationalID {
    private struct Rule: Sendable {
        /// The sizes of the groups that the number is written in.
        let forms: [[Int]]
        /// It is one only behind a word that says so.
        var isNamed = false
        /// Whether letters and digits in upper case, without what stands between the groups, are such a number.
        let isValid: @Sendable ([UInt8]) -> Bool
    }

    private static let rules = [
        // United States: Social Security number (https://www.ssa.gov/employer/randomization.html), and the tax numbers in its
        // place, which begin with 9 (https://www.irs.gov/individuals/individual-taxpayer-identification-number).
        Rule(forms: [[3, 2, 4]], isValid: isSocialSecurityNumber),
        Rule(forms: [[9]], isNamed: true, isValid: isSocialSecurityNumber),
        // United Kingdom: National Insurance number
        // (https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110).
        Rule(forms: [[9], [2, 2, 2, 2, 1], [2, 6, 1]]) { text in
            let prefix = String(decoding: text[..<2], as: UTF8.self)
            return text[..<2].allSatisfy { $0.isLetter && !"DFIQUV".utf8.contains($0) } && text[1] != UInt8(ascii: "O")
                && !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(prefix)
                && text[2..<8].allSatisfy(\.isDigit) && "ABCD".utf8.contains(text[8])
        },
        // Germany: tax identification number (§ 139b AO), with a check digit by ISO 7064, mod 11,10. Of its first ten digits one
        // occurs twice or three times, the others once.
        Rule(forms: [[11], [2, 3, 3, 3]]) { digits in
            guard digits.allSatisfy(\.isDigit), digits[0] != UInt8(ascii: "0") else { return false }
            var counts = [Int](repeating: 0, count: 10)
            for digit in digits[..<10] { counts[digit.digit] += 1 }
            let repeated = counts.filter { $0 > 1 }
            guard repeated.count == 1, repeated[0] <= 3 else { return false }
            let product = digits[..<10].reduce(10) { product, digit in
                let sum = (product + digit.digit) % 10
                return (sum == 0 ? 10 : sum) * 2 % 11
            }
            return (11 - product) % 10 == digits[10].digit
        },
        // Switzerland: AHV number, an EAN-13 that begins with 756
        // (https://www.zas.admin.ch/zas/de/home/partenaires-et-institutions-/navs13.html).
        Rule(forms: [[13], [3, 4, 4, 2]]) { digits in
            guard digits.allSatisfy(\.isDigit), digits.starts(with: "756".utf8) else { return false }
            return sum(digits, weights: [1, 3]) % 10 == 0
        },
        // Spain: DNI and NIE, with a letter for the remainder by 23 (Real Decreto 1553/2005,
        // https://ordenacionjuego.es/ca/calculo-digito-control).
        Rule(forms: [[9], [8, 1], [1, 7, 1], [2, 3, 4], [2, 3, 3, 1]]) { text in
            var digits = Array(text[..<8])
            if let place = Array("XYZ".utf8).firstIndex(of: digits[0]) { digits[0] = UInt8(ascii: "0") + UInt8(place) }
            guard let number = number(digits) else { return false }
            return Array("TRWAGMYFPDXBNJZSQVHLCKE".utf8)[number % 23] == text[8]
        },
        // France: NIR, with the complement of the remainder by 97; Corsica's letters count as 19 and 18
        // (https://www.insee.fr/en/metadonnees/definition/c1409).
        Rule(forms: [[15], [13, 2], [1, 2, 2, 2, 3, 3, 2]]) { text in
            var digits = text
            if digits[5] == UInt8(ascii: "2"), let corsica = Array("AB".utf8).firstIndex(of: digits[6]) {
                digits[5] = UInt8(ascii: "1")
                digits[6] = UInt8(ascii: "9") - UInt8(corsica)
            }
            guard "12378".utf8.contains(digits[0]), let number = number(digits) else { return false }
            return 97 - number / 100 % 97 == number % 100
        },
        // Italy: codice fiscale, with a letter at its end that depends on all others (D.M. 23 dicembre 1976).
        Rule(forms: [[16], [6, 5, 5], [3, 3, 5, 5]]) { text in
            // L letter, D digit or the letter in its place.
            let isForm = zip(text, "LLLLLLDDLDDLDDDL".utf8).allSatisfy { byte, kind in
                kind == UInt8(ascii: "L") ? byte.isLetter : byte.isDigit || "LMNPQRSTUV".utf8.contains(byte)
            }
            guard isForm else { return false }
            let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
            let sum = text[..<15].enumerated().reduce(0) { sum, next in
                let value = next.element.isDigit ? next.element.digit : Int(next.element) - 65
                return sum + (next.offset % 2 == 0 ? odd[value] : value)
            }
            return Int(text[15]) - 65 == sum % 26
        },
        // Poland: PESEL, with a date of birth in front (https://www.gov.pl/web/gov/czym-jest-numer-pesel).
        Rule(forms: [[11]]) { digits in
            guard let number = number(digits) else { return false }
            guard (sum(Array(digits[..<10]), weights: [1, 3, 7, 9]) + digits[10].digit) % 10 == 0 else { return false }
            let (month, day) = (number / 10_000_000 % 100 % 20, number / 100_000 % 100)
            return 1...12 ~= month && 1...31 ~= day
        },
    ]

    /// The sizes that a first group has.
    private static let firstSizes = Set(rules.flatMap(\.forms).compactMap(\.first))

    /// Where one that begins at a place ends, and what it is without what stands between its groups.
    static func match(_ text: [UInt8], at start: Int) -> (end: Int, value: String)? {
        guard text[start].isDigit || text[start].isLetter, !text.isBehindDecimalPoint(start),
            text.isBoundary(before: start) || text[start].isDigit && text.isBehindLetter(start)
        else { return nil }
        let groups = groups(text, at: start)
        for rule in rules {
            for form in rule.forms where groups.lazy.map(\.count).starts(with: form) {
                if rule.isNamed, NumberWord.before(start, in: text) != .person { continue }
                let value = groups[..<form.count].flatMap { text[$0].map(\.uppercased) }
                let end = groups[form.count - 1].upperBound
                if text.isCodeOver(at: end), rule.isValid(value) {
                    return (end, String(decoding: value, as: UTF8.self))
                }
            }
        }
        return nil
    }

    /// Up to seven groups of letters and digits, with one space, dot, dash or slash between two.
    private static func groups(_ text: [UInt8], at start: Int) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var place = start
        while groups.count < 7 {
            // A longer word is none of these.
            let group = text[place...].prefix(17).prefix { $0.isDigit || $0.isLetter }
            if group.isEmpty || group.count > 16 { break }
            groups.append(group.indices)
            // Most words are done with here.
            if groups.count == 1, !firstSizes.contains(group.count) { break }
            guard let next = text.at(group.endIndex), next.isBlank || ".-/".utf8.contains(next),
                group.endIndex + 1 < text.count
            else { break }
            place = group.endIndex + 1
        }
        return groups
    }

    private static func isSocialSecurityNumber(_ digits: [UInt8]) -> Bool {
        guard let number = number(digits) else { return false }
        let (area, group, serial) = (number / 1_000_000, number / 10_000 % 100, number % 10_000)
        guard area >= 900 else { return area != 0 && area != 666 && group != 0 && serial != 0 }
        return [50...65, 70...88, 90...99].contains { $0.contains(group) }
    }

    /// A number of up to 18 digits; nil where something else stands among them.
    private static func number(_ digits: [UInt8]) -> Int? {
        guard digits.allSatisfy(\.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + $1.digit }
    }

    /// The digits' sum, each times its weight; weights come again from the first.
    private static func sum(_ digits: [UInt8], weights: [Int]) -> Int {
        digits.enumerated().reduce(0) { $0 + $1.element.digit * weights[$1.offset % weights.count] }
    }
}
