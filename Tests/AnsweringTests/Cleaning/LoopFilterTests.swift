/// Answers that go round in circles.
import Testing

@testable import Answering

@Suite("Loops", .timeLimit(.minutes(5)))
struct LoopFilterTests {
    @Test(
        "An answer ends where the same is said three times in a row, and what was said more than once is taken back",
        arguments: [
            ("I'm sorry to hear that you are worried about your loan, and ", ""),
            ("I can help you with your loan; ", "Good day. "), ("I can help you with that today ", "Of course: "),
            ("We can help you with that 😊 ", ""), ("I am here for your loan.I am", ""),
            ("Πώς μπορώ να βοηθήσω σήμερα; ", "Καλημέρα. "),
            ("สวัสดีค่ะ มีอะไรให้ช่วยไหมคะ ", ""), ("我们可以帮您办理贷款，", "好，"),
            ("The rate is 4.5 percent a year,\n", ""),
        ])
    func loops(_ part: String, _ beginning: String) {
        let text = beginning + String(repeating: part, count: 4 + 160 / part.count)
        for parts in text.cuts().prefix(400) {
            var filter = LoopFilter()
            let shown = shown(by: &filter, of: parts)
            #expect(filter.isTrimmed && filter.isOver)
            #expect(text.hasPrefix(shown) && shown.hasPrefix(beginning))
            // Once, or so often that it is something.
            #expect(shown.count <= beginning.count + max(part.count, 24), "\(shown)")
        }
    }

    @Test(
        "What is said twice, lines that are drawn, and numbers that are alike aren't loops",
        arguments: [
            "I can help you with your loan, I can help you with your loan, I can help you with your home.",
            "Congratulations, wonderful! Congratulations, wonderful!", String(repeating: "-", count: 400),
            "| a | b |\n" + String(repeating: "|---|---|\n", count: 40),
            "__________________________________________________",
            "- 30 years: 4.5 %\n- 20 years: 4.5 %\n- 10 years: 4.5 %\n- 5 years: 4.5 %",
            "No, no, no, no.",
            "Year 1: 1,000.00\nYear 2: 1,000.00\nYear 3: 1,000.00\nYear 4: 1,000.00\nYear 5: 1,000.00",
        ])
    func others(_ text: String) {
        for parts in text.cuts().prefix(400) {
            var filter = LoopFilter()
            #expect(shown(by: &filter, of: parts) == text)
            #expect(!filter.isTrimmed)
        }
    }

    @Test("A long answer is looked through without being held, and one that begins anew has said nothing yet")
    func long() {
        var filter = LoopFilter()
        let text = (0..<4000).map { "Sentence number \($0) of a long answer, which says nothing twice. " }.joined()
        #expect(filter.append([.token(text)]) == [.token(text)])
        let part = "I can help you with your loan, "
        let rest = filter.append([.token(part + part), .startOver, .token(part)])
        #expect(rest == [.token(part + part), .startOver, .token(part)])
    }
}
