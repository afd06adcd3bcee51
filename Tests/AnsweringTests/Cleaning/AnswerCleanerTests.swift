/// All steps of cleaning an answer together.
import Testing
import TestSupport

@testable import Answering

@Suite("Cleaning an answer", .timeLimit(.minutes(5)))
struct AnswerCleanerTests {
    /// What comes of a text in parts: all that was shown, and what can be seen of it in the end.
    private func clean(
        _ parts: [String], isCut: Bool = false
    ) -> (text: String, isTrimmed: Bool, restarts: Int) {
        var cleaner = AnswerCleaner(prompt: "Customer: Hi\nRM: Old words.\nCustomer: A loan?")
        var (text, pieces) = ("", [AnswerPiece]())
        // Whoever asks doesn't read on once it is over.
        for part in parts where !cleaner.isOver { pieces += cleaner.append(part) }
        pieces += cleaner.end(isCut: isCut)
        text.show(pieces)
        return (text, cleaner.isTrimmed, pieces.count { $0 == .startOver })
    }

    @Test(
        "Each step sees what the ones before it have left",
        arguments: [
            ("RM: \"Good.\"", "Good.", false), ("\"RM: Good.\"", "Good.", false),
            ("<think>x</think>“Good.”<|im_end|>", "Good.", false),
            ("Here's a possible reply:\n\n\"Good.\"", "Good.", false), ("\"Good.\"\nCustomer: Great.", "Good.", true),
            ("\"I will help you now. I will help you now.\"", "I will help you now.", true),
            ("I will help you now.\nCustomer: x\nRM: I will help you now.", "I will help you now.", true),
            ("I will help you now.</think>I will help you now.", "I will help you now.", false),
            ("\"Yes\" it is. That is what I say. That is what I say.", "\"Yes\" it is. That is what I say.", true),
            ("Customer: A loan?\nRM: \"Good.\"", "Good.", true), ("Good. Bye.", "Good. Bye.", false),
            (
                "\"I will help you now and I will help you now and I will help you now and I will\" No.",
                "I will help you now and", true
            ),
        ])
    func steps(_ text: String, _ answer: String, _ isTrimmed: Bool) {
        for parts in text.cuts() {
            let found = clean(parts)
            #expect(found.text == answer && found.isTrimmed == isTrimmed, "\(parts)")
        }
    }

    @Test(
        "At the length limit whole sentences are left",
        arguments: [
            ("RM: Good. It dep", "Good."), ("\"Good. It dep", "Good."), ("Good. <thi", "Good."),
            ("<think>So. What", ""), ("Good.\nCustomer: It dep", "Good."),
        ])
    func cut(_ text: String, _ answer: String) {
        for parts in text.cuts() { #expect(clean(parts, isCut: true).text == answer, "\(parts)") }
    }

    @Test("An answer that comes whole is shown once, without what is taken back of it")
    func whole() {
        #expect(clean(["A loan.</think>\"Yes\" it is."]).restarts == 0)
        #expect(clean(["A loan.", "</think>\"Yes", "\" it is."]).restarts == 2)
    }

    @Test("Whatever is cut in whatever way, the same is left", arguments: 0..<10 as Range<UInt64>)
    func random(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        let parts = [
            "\"", "“", "”", "„", "'", "’", "»", "«", "Good", "I will help you now", ". ", ".", "!", "\n", "\n\n", "- ",
            "1. ", " ", "Dr", "e.g", "a", "。", "好好好好好好好好", ":", "\nCustomer: ", "RM: ", "</think>", "<think>",
            "Here's a possible reply:\n\n", "</s>",
        ]
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 1...12, using: &random))
                .map { _ in String(repeating: random.pick(parts), count: random.pick([1, 1, 1, 4])) }.joined()
            let isCut = Bool.random(using: &random)
            let whole = clean([text], isCut: isCut)
            for _ in 0..<5 {
                var (cut, rest) = ([String](), text[...])
                while !rest.isEmpty {
                    let size = Int.random(in: 1...4, using: &random)
                    cut.append(String(rest.prefix(size)))
                    rest = rest.dropFirst(size)
                }
                let found = clean(cut, isCut: isCut)
                #expect(found.text == whole.text && found.isTrimmed == whole.isTrimmed, "\(cut)")
            }
        }
    }
}
