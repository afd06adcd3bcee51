/// Kinds of quotes.

/// What opens a quote, and what closes it. Source: https://www.unicode.org/versions/latest/core-spec/chapter-6/#G12935
struct Quotes {
    let opening: Unicode.Scalar
    let closing: [Unicode.Scalar]

    /// It is an apostrophe, too.
    var isSingle: Bool { ["'", "‘", "‚"].contains(opening) }

    private static let all = [
        Quotes(opening: "\"", closing: ["\""]), Quotes(opening: "“", closing: ["”"]),
        Quotes(opening: "„", closing: ["“", "”", "\""]), Quotes(opening: "”", closing: ["”"]),
        Quotes(opening: "«", closing: ["»"]), Quotes(opening: "»", closing: ["«"]),
        Quotes(opening: "‹", closing: ["›"]), Quotes(opening: "›", closing: ["‹"]),
        Quotes(opening: "'", closing: ["'"]), Quotes(opening: "‘", closing: ["’"]),
        Quotes(opening: "‚", closing: ["‘", "’"]),
        Quotes(opening: "「", closing: ["」"]), Quotes(opening: "『", closing: ["』"]),
        Quotes(opening: "＂", closing: ["＂"]),
    ]

    private static let byOpening = Dictionary(uniqueKeysWithValues: all.map { ($0.opening, $0) })

    static func opened(by scalar: Unicode.Scalar) -> Quotes? { byOpening[scalar] }

    /// Those that may stand in front of a speaker's name, in UTF-8.
    fileprivate static let beforeNames = all.filter { !$0.isSingle }.map { Array(String($0.opening).utf8) }
}

extension ArraySlice<UInt8> {
    /// The first quote in it; empty where there is none.
    var openingQuote: [UInt8] {
        for index in indices {
            if let quote = Quotes.beforeNames.first(where: { self[index...].starts(with: $0) }) { return quote }
        }
        return []
    }
}
