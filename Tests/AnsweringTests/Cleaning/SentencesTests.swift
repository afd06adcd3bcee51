/// Where sentences end.
import Testing

@testable import Answering

@Suite("Sentences", .timeLimit(.minutes(5)))
struct SentencesTests {
    /// A text with a bar before each sentence but the first, and one behind it where the last one is whole.
    private func cut(_ text: String) -> String {
        var sentences = Sentences()
        var cut = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if sentences.begins(with: scalar) { cut.append("|") }
            cut.append(scalar)
        }
        return String(cut) + (sentences.isWhole ? "|" : "")
    }

    @Test(
        "They end with a full stop and the like, at the end of a line, and in doubt nowhere",
        arguments: [
            "", "Good", "Good.|", "Good. |Bad.|", "Good! |Bad? |So… |Then", "Good.  \n|Bad", "So.\n|then",
            "\"Good.\" |Bad", "**Good.** |Bad", "(Good.) |Bad", "Good.) |Bad", "Good?! |Bad", "Great! |😊 Bad",
            "Yes! |and no", "Well... |Good",
            // Other scripts.
            "好。|再。|", "好。」|再", "好！|再", "好 再", "अच्छा। |ठीक", "جيد؟ |نعم", "Gut. |Österreich",
            // None.
            "It is 4.5 percent.|", "See x.y now", "Call Dr. Smith. |Bye", "e.g. Fees. |Bye", "z.B. Gebühren",
            "U.S. Bank",
            "am 3. Mai", "1. Your income", "J. Smith", "so… it is", "no. it isn't", "Fees incl. VAT",
            // What ends with them isn't known to be whole.
            "Call Dr.", "It is 4.", "See e.g.",
            // Lines.
            "One\n|Two", "One\n|- Two", "You need:\n- ID\n|- Rent", "You need:\n\n1. ID\n|2. Rent", "if so,\nThen",
            "a loan\nof 5 years", "One\n\n|Two", "One\r\n|Two", "One\u{2028}|Two", "Rates\n|5 %\n|6 %",
        ])
    func table(_ expected: String) {
        #expect(cut(expected.filter { $0 != "|" }) == expected)
    }
}
