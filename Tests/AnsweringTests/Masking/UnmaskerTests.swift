/// Values in the place of placeholders.
import Testing
import TestSupport

@testable import Answering

@Suite("Unmasking", .timeLimit(.minutes(5)))
struct UnmaskerTests {
    private static let values: [Placeholder: String] = [
        Placeholder(kind: .iban, number: 1): "DE89 3704 0044 0532 0130 00",
        Placeholder(kind: .iban, number: 12): "NL91ABNA0417164300",
        Placeholder(kind: .email, number: 1): "jörg@example.com",
        Placeholder(kind: nil, number: 1): "[IBAN-1]",
    ]

    @Test(
        "A placeholder is known however a model writes it, and nothing else is",
        arguments: [
            ("Sent to [IBAN-1].", "Sent to DE89 3704 0044 0532 0130 00."),
            ("[IBAN-12][IBAN-1]", "NL91ABNA0417164300DE89 3704 0044 0532 0130 00"),
            ("[iban-12] [Iban-12]", "NL91ABNA0417164300 NL91ABNA0417164300"),
            ("[IBAN 12] [IBAN_12] [IBAN12]", "NL91ABNA0417164300 NL91ABNA0417164300 NL91ABNA0417164300"),
            ("[ IBAN-12 ]", "NL91ABNA0417164300"), ("\\[IBAN-12\\]", "NL91ABNA0417164300"),
            ("[IBAN–12] [IBAN‑12]", "NL91ABNA0417164300 NL91ABNA0417164300"),
            ("**[IBAN-12]** `[IBAN-12]`", "**NL91ABNA0417164300** `NL91ABNA0417164300`"),
            ("IBAN-12, (IBAN-12) “IBAN-12”", "NL91ABNA0417164300, (NL91ABNA0417164300) “NL91ABNA0417164300”"),
            ("IBAN-12", "NL91ABNA0417164300"), ("您的IBAN-12是", "您的NL91ABNA0417164300是"),
            ("[EMAIL-1]s", "jörg@example.coms"),
            // What is put back isn't looked at again.
            ("[TEXT-1] and [IBAN-12]", "[IBAN-1] and NL91ABNA0417164300"),
            // Ones that nobody has given out.
            ("[IBAN-2] [CARD-1] [IBAN-121] IBAN-2", "[IBAN-2] [CARD-1] [IBAN-121] IBAN-2"),
            // Not quite.
            ("[IBAN-1", "[DE89 3704 0044 0532 0130 00"), ("[IBAN-", "[IBAN-"), ("[", "["), ("\\", "\\"), ("[[", "[["),
            ("[IBAN--1]", "[IBAN--1]"), ("[IBAN-01]", "[IBAN-01]"), ("[IBAN-1x]", "[IBAN-1x]"), ("iban-12", "iban-12"),
            ("XIBAN-12", "XIBAN-12"), ("IBAN-12a IBAN-123", "IBAN-12a IBAN-123"), ("MY-IBAN-12", "MY-IBAN-12"),
            ("[IBAN-1234567]", "[IBAN-1234567]"), ("[IBAN\n-1]", "[IBAN\n-1]"), ("[IBAN]", "[IBAN]"), ("IBAN", "IBAN"),
            ("", ""), ("No placeholder at all: 東京 👩‍👩‍👧", "No placeholder at all: 東京 👩‍👩‍👧"),
        ] as [(String, String)])
    func table(answer: String, expected: String) {
        #expect(Unmasker.unmasked(answer, Self.values) == expected)
        // One character at a time.
        var unmasker = Unmasker(Self.values)
        #expect(answer.unicodeScalars.map { unmasker.append(String($0)) }.joined() + unmasker.end() == expected)
    }

    @Test("However an answer is cut into pieces, the same comes out, with every value in its place")
    func splits() {
        var generator = SeededGenerator(7)
        let parts = [
            "[IBAN-1]", "[IBAN-12]", "[iban 12]", "[EMAIL-1]", "[TEXT-1]", "IBAN-12", "\\[IBAN-1\\]", "[ IBAN-1 ]",
            "[IBAN-7]", "[", "]",
            "[IB", "IBAN", "IBAN-", "-1", " ", " is ", "\n", "é", "東京", "\\", "EMAIL-1", "E", "[EMAIL", "[IBAN–1]",
            "\u{200B}", "1",
        ]
        let (iban, other) = ("DE89 3704 0044 0532 0130 00", "NL91ABNA0417164300")
        for _ in 1...10_000 {
            let middle = (0..<Int.random(in: 0...8, using: &generator)).map { _ in generator.pick(parts) }.joined()
            let answer = "To [IBAN-1] or \(middle) [IBAN-12]"
            let whole = Unmasker.unmasked(answer, Self.values)
            #expect(whole.hasPrefix("To \(iban) or ") && whole.hasSuffix(" \(other)"))
            var unmasker = Unmasker(Self.values)
            var shown = ""
            var rest = Array(answer.unicodeScalars)[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...6, using: &generator))
                rest = rest.dropFirst(piece.count)
                shown += unmasker.append(String(String.UnicodeScalarView(piece)))
            }
            shown += unmasker.end()
            #expect(shown == whole, "\(answer)")
        }
    }

    @Test("Only what may become a placeholder is held back")
    func held() {
        var unmasker = Unmasker(Self.values)
        #expect(unmasker.append("Sent to ") == "Sent to ")
        #expect(unmasker.append("[IB") == "")
        #expect(unmasker.append("AN-1") == "")
        #expect(unmasker.append("2") == "")
        #expect(unmasker.append("], and [") == "NL91ABNA0417164300, and ")
        #expect(unmasker.append("so on") == "[so on")
        #expect(unmasker.append(" IBAN-1") == " ")
        #expect(unmasker.append("2.") == "NL91ABNA0417164300.")
        #expect(unmasker.append(" [EMAIL") == " ")
        #expect(unmasker.end() == "[EMAIL")
    }

    @Test("No more is held back than a placeholder takes, whatever a model writes")
    func bound() {
        var unmasker = Unmasker(Self.values)
        var shown = unmasker.append("[IBAN")
        for _ in 1...10_000 {
            shown += unmasker.append("\u{200B}")
        }
        #expect(shown.utf8.count > 29_000)
        shown += unmasker.append("-1]") + unmasker.end()
        #expect(shown == "[IBAN" + String(repeating: "\u{200B}", count: 10_000) + "-1]")
    }
}
