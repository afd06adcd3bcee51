/// Numbers of payment cards (ISO/IEC 7812).

/// 13 to 19 digits that begin as one of the card networks' do, are as many as it gives, and end with the right check digit.
enum PaymentCard {
    /// A number in more groups than this is rather a list of numbers.
    private static let mostGroups = 6

    /// Where one that begins at a place ends, and its digits. The longest that is right is taken. Letters may stand on both sides
    /// (`Visa4111…`), and lists need no spaces (`4111…,5555…`).
    static func match(_ text: [UInt8], at start: Int) -> (end: Int, value: String)? {
        guard text[start].isDigit, !(text.at(start - 1)?.isDigit ?? false), !text.isBehindDecimalPoint(start) else {
            return nil
        }
        var reader = SpacedReader(text, at: start)
        var digits: [UInt8] = []
        var groups = 0
        var found: Int?
        while digits.count < 19 {
            let before = reader.place
            guard let byte = reader.next(), byte.isDigit else { break }
            if digits.isEmpty || reader.place > before + 1 { groups += 1 }
            if groups > mostGroups { break }
            digits.append(byte)
            if !(text.at(reader.place)?.isDigit ?? false), isValid(digits) { found = digits.count }
        }
        guard let found else { return nil }
        reader = SpacedReader(text, at: start)
        for _ in 0..<found { _ = reader.next() }
        return (reader.place, String(decoding: digits[..<found], as: UTF8.self))
    }

    private static func isValid(_ digits: [UInt8]) -> Bool {
        guard digits.count >= 13 else { return false }
        let beginning = digits[..<4].reduce(0) { $0 * 10 + $1.digit }
        return lengths(beginning).contains(digits.count) && isLuhn(digits)
    }

    /// How many digits cards have that begin with these four
    /// (https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN)).
    private static func lengths(_ beginning: Int) -> ClosedRange<Int> {
        switch beginning {
        // Mir, Mastercard.
        case 2200...2204: 16...19
        case 2221...2720: 16...16
        // Diners Club; American Express; JCB.
        case 3000...3059, 3090...3099, 3600...3699, 3800...3999: 14...19
        case 3400...3499, 3700...3799: 15...15
        case 3528...3589: 16...19
        // Visa: 13, 16, 18 or 19.
        case 4000...4999: 13...19
        // Maestro; Mastercard.
        case 5000...5099, 5600...5899: 13...19
        case 5100...5599: 16...16
        // Discover, Maestro, RuPay, UnionPay; Troy.
        case 6000...6999: 13...19
        case 8100...8299: 16...19
        case 9792: 16...16
        default: 0...0
        }
    }

    /// Luhn's check digit: every second digit from the right counts twice, and the sum of all digits ends with 0.
    private static func isLuhn(_ digits: [UInt8]) -> Bool {
        let sum = digits.reversed().enumerated().reduce(0) { sum, next in
            let digit = next.element.digit
            return sum + (next.offset % 2 == 0 ? digit : digit * 2 % 10 + digit / 5)
        }
        return sum % 10 == 0
    }
}
