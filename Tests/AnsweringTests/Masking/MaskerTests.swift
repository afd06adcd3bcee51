/// Placeholders in the place of values.
import Streaming
import Testing
import TestSupport

@testable import Answering

@Suite("Masking", .timeLimit(.minutes(5)))
struct MaskerTests {
    private let all = Set(MaskKind.allCases)

    @Test("Each kind has a placeholder of its own, and values are numbered in the order in which they first occur")
    func kinds() {
        var masker = Masker(all)
        let first = masker.mask(
            "IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111, max@example.com, +49 171 1234567, SSN 536-90-4399, 10.0.0.1, https://example.com/x"
        )
        #expect(first == "IBAN [IBAN-1], card [CARD-1], [EMAIL-1], [PHONE-1], SSN [ID-1], [IP-1], [URL-1]")
        #expect(masker.mask("NL91ABNA0417164300 or DE89370400440532013000?") == "[IBAN-2] or [IBAN-1]?")
        #expect(masker.mask("Thanks.") == "Thanks.")
        #expect(masker.found == MaskKind.allCases)
        // As it was first written.
        #expect(masker.values[Placeholder(kind: .iban, number: 1)] == "DE89 3704 0044 0532 0130 00")
    }

    @Test("Only the kinds that are wanted are masked")
    func wanted() {
        let text = "DE89370400440532013000 and max@example.com"
        #expect(masked(text, .email) == "DE89370400440532013000 and [EMAIL-1]")
        #expect(masked(text, .iban) == "[IBAN-1] and max@example.com")
        #expect(masked(text) == text)
        var masker = Masker([.phone])
        _ = masker.mask(text)
        #expect(masker.found.isEmpty)
    }

    @Test(
        "Text that looks like a placeholder is replaced by one, so that it comes back as it was written",
        arguments: [
            "[IBAN-1]", "[iban-1]", "[ IBAN 1 ]", "[IBAN1]", "[IBAN_1]", "\\[IBAN-1\\]", "IBAN-1", "[TEXT-1]", "TEXT-1",
            "[IBAN–1]", "[IBAN\u{200B}-1]", "[ＩＢＡＮ-１]", "[IBAN-١]", "[EMAIL-999999]", "[IBAN\u{A0}1]",
        ])
    func lookAlike(text: String) {
        for kinds in [all, [.iban], [.phone]] {
            var masker = Masker(kinds)
            let masked = masker.mask("It's \(text), I said.")
            #expect(masked == "It's [TEXT-1], I said.")
            #expect(Unmasker.unmasked(masked, masker.values) == "It's \(text.visible), I said.")
            // Whose number it may have meant doesn't come of it.
            let value = masker.mask("DE89370400440532013000")
            #expect(value == (kinds.contains(.iban) ? "[IBAN-1]" : "DE89370400440532013000"))
            #expect(Unmasker.unmasked(masked, masker.values) == "It's \(text.visible), I said.")
        }
    }

    @Test(
        "Other text in brackets stays as it is",
        arguments: [
            "[IBAN]", "[IBAN-0]", "[IBAN-x]", "[1]", "[NAME-1]", "IBAN 1", "XIBAN-1", "IBAN-1234", "COVID-19", "[]",
        ])
    func noLookAlike(text: String) { #expect(masked(text, .iban) == text) }

    @Test(
        "Nothing that was masked stays in the text, and all of it comes back", arguments: 1...50 as ClosedRange<UInt64>)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed)
        let values = [
            "DE89 3704 0044 0532 0130 00", "NL91ABNA0417164300", "4111-1111-1111-1111", "max@example.com",
            "+49 171 1234567",
            "(415) 555-2671", "536-90-4399", "192.168.1.10", "2001:db8::1", "https://example.com/a?b=c", "[IBAN-1]",
            "CARD-2",
        ]
        let words = ["and", "is my", "€ 1.250,00", "on 01.02.2025", "Grüße,", "東京", "👩‍👩‍👧", "\n", "(", ") ", "“", "4.5%"]
        var masker = Masker(all)
        for _ in 1...10 {
            let parts = (0..<20).map { $0 % 2 == 0 ? generator.pick(words) : generator.pick(values) }
            let text = parts.joined(separator: " ")
            let masked = masker.mask(text)
            for value in values where value != "[IBAN-1]" { #expect(!masked.contains(value), "\(masked)") }
            #expect(Unmasker.unmasked(masked, masker.values) == text)
        }
    }

    @Test("Spaces, invisible characters and line breaks within a value don't come back, the rest does")
    func written() {
        var masker = Masker(all)
        let masked = masker.mask("DE89\u{200B}3704\n0044\u{A0}0532\u{1B}0130 00")
        #expect(masked == "[IBAN-1]")
        #expect(Unmasker.unmasked(masked, masker.values) == "DE893704 0044\u{A0}0532 0130 00")
    }

    @Test("A character that only changes how the one before it looks hides nothing")
    func marks() {
        #expect(masked("4\u{FE0F}\u{20E3}111 1111 1111 11\u{336}11 ok", .card) == "[CARD-1] ok")
        #expect(masked("max@exa\u{301}mple.com", .email) == "[EMAIL-1]")
    }

    @Test(
        "What a text costs is in proportion to its size, also where it makes a careless search try again and again",
        arguments: [
            "a", "1", " ", "1 ", "1-", "1.", "@", "a@", "a@a", "a.", "a@b.", "[", "[IBAN-", "\\", "\\[", ":", "1:",
            "a:", "::", "(", "+",
            "+1", "+49 ", "0", "00", "01 ", "DE", "DE89", "DE89 3704 ", "4111 ", "4111", "www.", "https://", "http",
            "1.1.1.1-",
            "call ", "call 1 ", "a-", "\u{200B}", "1\u{200B}", "é", "é@é.é", "1é", "10.0.0.1-a@", "IBAN-1", "XIBAN-",
            "A1",
            "756.9217.", "AB 12 34 56 ", "2001:db8:", "max@example.com-", "order ", "0171 1234567 ", "/", "0171/", "a'",
        ])
    func linear(part: String) {
        let growth = growth(of: part) { text in
            var masker = Masker(all)
            _ = masker.mask(text)
        }
        #expect(growth < 24)
    }

    @Test("A megabyte is masked like a line")
    func megabyte() {
        let line =
            "Hello, I'd like to send 1.250,00 € to DE89 3704 0044 0532 0130 00 on 01.02.2025, tell max@example.com: +49 171 1234567. "
        var masker = Masker(all)
        let lines = 1_000_000 / line.utf8.count
        let masked = masker.mask(String(repeating: line, count: lines))
        let expected = "Hello, I'd like to send 1.250,00 € to [IBAN-1] on 01.02.2025, tell [EMAIL-1]: [PHONE-1]. "
        #expect(masked == String(repeating: expected, count: lines))
    }
}

@Suite("Numbers of placeholders", .timeLimit(.minutes(5)))
struct PlaceholderNumbersTests {
    @Test("A session's values keep their numbers from question to question, and sessions have their own")
    func sessions() {
        var sessions = SessionNumbers()
        func mask(_ text: String, of session: String) -> String {
            var masker = Masker([.email], numbers: sessions.numbers(of: .of(session)))
            defer { sessions.keep(masker.numbers, of: .of(session)) }
            return masker.mask(text)
        }
        #expect(mask("a@example.com, b@example.com", of: "one") == "[EMAIL-1], [EMAIL-2]")
        #expect(mask("b@example.com", of: "two") == "[EMAIL-1]")
        // What was said first isn't in the second question any more.
        #expect(mask("c@example.com, b@example.com", of: "one") == "[EMAIL-3], [EMAIL-2]")
        #expect(mask("nothing", of: "one") == "nothing")
        #expect(mask("a@example.com", of: "one") == "[EMAIL-1]")
    }

    @Test("A session with more values than are kept begins anew with its next question")
    func tooLarge() {
        var sessions = SessionNumbers()
        var numbers = PlaceholderNumbers()
        _ = numbers.placeholder(for: "first", of: .email)
        sessions.keep(numbers, of: .of("one"))
        #expect(sessions.numbers(of: .of("one")).size > 0)
        for index in 0..<200 { _ = numbers.placeholder(for: "\(index)", of: .email) }
        #expect(numbers.size > SessionNumbers.largest)
        sessions.keep(numbers, of: .of("one"))
        #expect(sessions.numbers(of: .of("one")).size == 0)
    }

    @Test("Of more than 10,000 sessions those silent longest are forgotten")
    func many() {
        var sessions = SessionNumbers()
        var numbers = PlaceholderNumbers()
        _ = numbers.placeholder(for: "max@example.com", of: .email)
        for index in 0...10_000 { sessions.keep(numbers, of: .of("\(index)")) }
        #expect(sessions.numbers(of: .of("0")).size == 0)
        #expect(sessions.numbers(of: .of("10000")).size > 0)
    }
}

extension String {
    /// Without invisible characters.
    fileprivate var visible: String { String(String.UnicodeScalarView(unicodeScalars.filter { $0 != "\u{200B}" })) }
}
