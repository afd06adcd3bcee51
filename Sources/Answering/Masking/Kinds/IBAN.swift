/// International bank account numbers (ISO 13616).

/// Two letters for a country, two check digits, and as many characters as the country says, of the kinds that it says.
enum IBAN {
    /// The characters behind the check digits: `n` digits, `a` letters, `c` either. From the registry that SWIFT keeps for ISO
    /// (https://www.swift.com/standards/data-standards/iban-international-bank-account-number), release 101.
    static let structures: [String: String] = [
        "AD": "n8c12", "AE": "n19", "AL": "n8c16", "AT": "n16", "AZ": "a4c20", "BA": "n16", "BE": "n12",
        "BG": "a4n6c8", "BH": "a4c14", "BI": "n23", "BR": "n23a1c1", "BY": "c4n4c16", "CH": "n5c12",
        "CR": "n18", "CY": "n8c16", "CZ": "n20", "DE": "n18", "DJ": "n23", "DK": "n14", "DO": "c4n20",
        "EE": "n16", "EG": "n25", "ES": "n20", "FI": "n14", "FK": "a2n12", "FO": "n14", "FR": "n10c11n2",
        "GB": "a4n14", "GE": "a2n16", "GI": "a4c15", "GL": "n14", "GR": "n7c16", "GT": "c24", "HN": "a4n20",
        "HR": "n17", "HU": "n24", "IE": "a4n14", "IL": "n19", "IQ": "a4n15", "IS": "n22", "IT": "a1n10c12",
        "JO": "a4n4c18", "KW": "a4c22", "KZ": "n3c13", "LB": "n4c20", "LC": "a4c24", "LI": "n5c12", "LT": "n16",
        "LU": "n3c13", "LV": "a4c13", "LY": "n21", "MC": "n10c11n2", "MD": "c20", "ME": "n18", "MK": "n3c10n2",
        "MN": "n16", "MR": "n23", "MT": "a4n5c18", "MU": "a4n19a3", "NI": "a4n20", "NL": "a4n10", "NO": "n11",
        "OM": "n3c16", "PK": "a4c16", "PL": "n24", "PS": "a4c21", "PT": "n21", "QA": "a4c21", "RO": "a4c16",
        "RS": "n18", "RU": "n14c15", "SA": "n2c18", "SC": "a4n20a3", "SD": "n14", "SE": "n20", "SI": "n15",
        "SK": "n20", "SM": "a1n10c12", "SO": "n19", "ST": "n21", "SV": "a4n20", "TL": "n19", "TN": "n20",
        "TR": "n6c16", "UA": "n6c19", "VA": "n18", "VG": "a4n16", "XK": "n16", "YE": "a4n4c18",
    ]

    /// By a country's two letters, one kind for each character behind the check digits.
    private static let kinds: [UInt16: [UInt8]] = {
        var kinds: [UInt16: [UInt8]] = [:]
        for (country, structure) in structures {
            let letters = Array(country.utf8)
            kinds[key(letters[0], letters[1])] = structure.matches(of: /([nac])(\d+)/).flatMap { part in
                Array(repeating: part.output.1.utf8.first ?? 0, count: Int(part.output.2) ?? 0)
            }
        }
        return kinds
    }()

    private static func key(_ first: UInt8, _ second: UInt8) -> UInt16 { UInt16(first) << 8 | UInt16(second) }

    /// Where one that begins at a place ends, and what it is without what stands between its characters.
    static func match(_ text: [UInt8], at start: Int) -> (end: Int, value: String)? {
        guard isBegin(start, of: text) else { return nil }
        var reader = SpacedReader(text, at: start)
        guard let first = reader.next()?.uppercased, let second = reader.next()?.uppercased,
            let third = reader.next(), third.isDigit, let fourth = reader.next(), fourth.isDigit,
            let kinds = kinds[key(first, second)]
        else { return nil }
        var value = [first, second, third, fourth]
        for kind in kinds {
            guard let byte = reader.next(), isOf(kind, byte) else { return nil }
            value.append(byte.uppercased)
        }
        guard !(text.at(reader.place)?.isDigit ?? false), isValid(value) else { return nil }
        return (reader.place, String(decoding: value, as: UTF8.self))
    }

    /// At the beginning of a word, or directly behind others, which may say what follows.
    private static func isBegin(_ place: Int, of text: [UInt8]) -> Bool {
        text[place].isLetter && (text.isBoundary(before: place) || text.isBehindLetter(place))
    }

    private static func isOf(_ kind: UInt8, _ byte: UInt8) -> Bool {
        switch kind {
        case UInt8(ascii: "n"): byte.isDigit
        case UInt8(ascii: "a"): byte.isLetter
        default: byte.isDigit || byte.isLetter
        }
    }

    /// The check digits, from 02 to 98: the number with its first four characters at its end, and letters as 10 to 35, is 1
    /// more than a multiple of 97 (ISO 7064).
    private static func isValid(_ value: [UInt8]) -> Bool {
        guard 2...98 ~= value[2].digit * 10 + value[3].digit else { return false }
        let rest = (value[4...] + value[..<4]).reduce(0) { rest, byte in
            byte.isDigit ? (rest * 10 + byte.digit) % 97 : (rest * 100 + Int(byte) - 55) % 97
        }
        return rest == 1
    }
}
