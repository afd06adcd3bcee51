/// What is an IBAN, and what isn't.
import Testing

@testable import Answering

@Suite("IBANs", .timeLimit(.minutes(5)))
struct IBANTests {
    @Test(
        "An IBAN is found in all the ways in which it is written",
        arguments: [
            ("DE89370400440532013000", "DE89370400440532013000"),
            ("My IBAN is DE89 3704 0044 0532 0130 00.", "DE89370400440532013000"),
            ("de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
            ("DE89-3704-0044-0532-0130-00", "DE89370400440532013000"),
            ("DE 89 370400440532013000", "DE89370400440532013000"),
            ("IBAN:DE89370400440532013000,", "DE89370400440532013000"),
            ("IBANDE89370400440532013000", "DE89370400440532013000"),
            ("(GB29 NWBK 6016 1331 9268 19)", "GB29NWBK60161331926819"),
            ("FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606"),
            ("CH93 0076 2011 6238 5295 7", "CH9300762011623852957"),
            ("NL91ABNA0417164300", "NL91ABNA0417164300"),
            ("NO93 8601 1117 947", "NO9386011117947"),
            ("MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
            ("BR97 0036 0305 0000 1000 9795 493P 1", "BR9700360305000010009795493P1"),
            ("LC55HEMM000100010012001200023015", "LC55HEMM000100010012001200023015"),
            ("BE71 0961 2345 6769 please", "BE71096123456769"),
            ("XK05 1212 0123 4567 8906", "XK051212012345678906"),
            // No-break spaces, narrow ones and line breaks.
            ("DE89\u{A0}3704\u{A0}0044\u{A0}0532\u{A0}0130\u{A0}00", "DE89370400440532013000"),
            ("DE89\u{202F}3704\u{2009}0044 0532\n0130 00", "DE89370400440532013000"),
            // Invisible characters.
            ("DE\u{200B}89\u{200D}3704\u{FEFF}0044\u{AD}0532\u{2060}0130\u{200E}00", "DE89370400440532013000"),
            // Digits of other scripts, and full-width letters.
            ("DE٨٩٣٧٠٤٠٠٤٤٠٥٣٢٠١٣٠٠٠", "DE89370400440532013000"),
            ("ＤＥ８９ ３７０４ ００４４ ０５３２ ０１３０ ００", "DE89370400440532013000"),
            ("DE89 3704 0044 0532 0130 00 and on", "DE89370400440532013000"),
            // Beside letters, and in lists.
            ("XDE89370400440532013000", "DE89370400440532013000"),
            ("idDE89370400440532013000", "DE89370400440532013000"),
            ("DE89370400440532013000EUR", "DE89370400440532013000"), ("Konto:NO9386011117947und", "NO9386011117947"),
            ("DE89370400440532013000\u{E4}", "DE89370400440532013000"),
            ("1,DE89370400440532013000,5", "DE89370400440532013000"),
        ] as [(String, String)])
    func found(text: String, value: String) { #expect(values(in: text, .iban) == [value]) }

    @Test(
        "What only looks like an IBAN isn't one",
        arguments: [
            // Wrong check digits.
            "DE88370400440532013000", "GB28 NWBK 6016 1331 9268 19", "DE00370400440532013000",
            // Too short, too long, and another country's length.
            "DE8937040044053201300", "DE893704004405320130001", "FR89370400440532013000",
            // Countries that have none.
            "US89370400440532013000", "XX89370400440532013000",
            // Letters in the place of digits.
            "DE8937O400440532013000",
            // More between the groups than belongs there.
            "DE89    3704    0044    0532    0130    00", "DE89, 3704, 0044, 0532, 0130, 00",
            // Other things that people write.
            "Order DE 12 3456", "I'll be 20 on Monday", "no 12 3456 7890 123", "at 10 o'clock", "COBADEFFXXX",
            "It costs 1,250.00 EUR", "2025-01-23", "", "DE", "89370400440532013000",
        ])
    func notFound(text: String) { #expect(values(in: text, .iban).isEmpty) }

    @Test("Several are found in a row, and nothing between them")
    func several() {
        #expect(
            masked("DE89370400440532013000, NL91ABNA0417164300/DE89 3704 0044 0532 0130 00", .iban)
                == "[IBAN-1], [IBAN-2]/[IBAN-1]")
    }

    @Test("Each country's structure can be read, and is as long as the standard allows")
    func structures() {
        for (country, structure) in IBAN.structures {
            let lengths = structure.matches(of: /[nac](\d+)/).compactMap { Int($0.output.1) }
            #expect(11...30 ~= lengths.reduce(0, +), "\(country)")
            #expect(structure.wholeMatch(of: /([nac]\d+)+/) != nil, "\(country)")
        }
    }
}
