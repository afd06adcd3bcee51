/// What is a person's number, and what isn't.
import Testing

@testable import Answering

@Suite("Numbers of persons", .timeLimit(.minutes(5)))
struct NationalIDTests {
    @Test(
        "A person's number is found in all the ways in which it is written",
        arguments: [
            ("536-90-4399", "536904399"), ("SSN: 536 90 4399.", "536904399"), ("912-90-3456", "912903456"),
            ("912-93-4567", "912934567"),
            ("536–90–4399", "536904399"), ("５３６-90-4399", "536904399"),
            ("AB123456C", "AB123456C"), ("ab 12 34 56 c", "AB123456C"), ("JG 103759 A", "JG103759A"),
            ("36574261809", "36574261809"), ("36 574 261 809", "36574261809"), ("81872495633,", "81872495633"),
            ("756.9217.0769.85", "7569217076985"), ("7569217076985", "7569217076985"),
            ("756 9217 0769 85", "7569217076985"),
            ("12345678Z", "12345678Z"), ("12345678-Z", "12345678Z"), ("X2482300W", "X2482300W"),
            ("x-2482300-w", "X2482300W"),
            ("2 95 10 99 126 111 93", "295109912611193"), ("295109912611193", "295109912611193"),
            ("253072B073004 70", "253072B07300470"),
            ("RCCMNL83S18D969H", "RCCMNL83S18D969H"), ("rcc mnl 83s18 d969h", "RCCMNL83S18D969H"),
            ("44051401359", "44051401359"), ("02211307589", "02211307589"),
            // Beside letters, and in lists.
            ("SSN536-90-4399", "536904399"), ("36574261809,5", "36574261809"), ("12345678Z,5", "12345678Z"),
            ("1,536-90-4399,078-05-1120x", "536904399"), ("5,AB123456C", "AB123456C"),
        ] as [(String, String)])
    func found(text: String, value: String) { #expect(values(in: text, .id) == [value]) }

    @Test(
        "What only looks like a person's number isn't one",
        arguments: [
            // Numbers that aren't given out.
            "000-12-3456", "666-12-3456", "536-00-4399", "536-90-0000", "912-89-4567", "BG123456C", "AO123456C",
            "DA123456C", "AB123456E", "06574261809",
            // Wrong check digits.
            "36574261890", "36554266806", "756.9217.0769.84", "12345678A", "X2482300A", "295109912611199",
            "RCCMNL83S18D969I", "44051401358",
            // A date of birth that is none.
            "02381307589",
            // Other groups, and parts of something else.
            "5369-04-399", "536904399", "12-345-6789", "536-90-43990", "1.36574261809",
            // Other things that people write.
            "2025-01-23", "415-555-2671", "+49 171 1234567", "1,250,000", "12345678", "4111111111111111",
            "Order AB123456",
            "14:30", "refinancing", "",
        ])
    func notFound(text: String) { #expect(values(in: text, .id).isEmpty) }
}
