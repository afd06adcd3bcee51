/// What is shown of an answer that comes with thoughts.
import Testing

@testable import Answering

@Suite("The filter of thoughts", .timeLimit(.minutes(5)))
struct ThoughtFilterTests {
    @Test(
        "Thoughts aren't shown, wherever the pieces are cut",
        arguments: [
            ("Good.", "Good."), ("<think>A loan.</think>\n\nGood.", "Good."), (" \n<think></think>Good.", "Good."),
            ("<think>A <b> loan.", ""), ("<thin ice", "<thin ice"), ("a < b", "a < b"),
            ("A loan.</think>Good.", "Good."), ("</think>Good.", "Good."), ("Good. </thinkers>", "Good. </thinkers>"),
            ("<think>one</think>two</think>three", "two</think>three"), ("", ""), ("é🌐</think>ü🌐", "ü🌐"),
        ])
    func everyCut(_ text: String, _ answer: String) {
        #expect(ThoughtFilter.answer(in: text) == answer)
        for size in 1...max(1, text.count) {
            var filter = ThoughtFilter()
            var shown = ""
            var rest = text[...]
            while !rest.isEmpty {
                let piece = String(rest.prefix(size))
                rest = rest.dropFirst(size)
                for piece in filter.process(piece) {
                    switch piece {
                    case .token(let token): shown += token
                    case .startOver: shown = ""
                    }
                }
            }
            // What is still held back at the end may only be the beginning of a mark.
            #expect(shown == answer || "<think>".hasPrefix(answer), "in pieces of \(size)")
        }
    }
}
