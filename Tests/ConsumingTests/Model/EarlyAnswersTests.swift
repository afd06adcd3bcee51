/// How many early answers are kept.
import Records
import Storage
import Streaming
import Testing

@testable import Consuming

@Suite("Early answers that are kept", .timeLimit(.minutes(1)))
struct EarlyAnswersTests {
    private static func early(_ session: Int) -> WindowResult {
        PendingWindow.of("\(session)", 1, .turn, of: 1, by: .customer, saying: "x").result
    }

    private static func close(_ session: Int) -> WindowResult {
        PendingWindow.of("\(session)", 1, revision: 2, of: 1, by: .customer, saying: "x").result
    }

    private static func generated(_ text: String) -> Response {
        Response(status: .generated, text: text, model: "parrot", responder: "ollama")
    }

    @Test(
        "Of too many, and of too large ones, the oldest are forgotten",
        arguments: [(EarlyAnswers.most, 10), (15, 1 << 20)])
    func bounded(kept: Int, size: Int) {
        var early = EarlyAnswers()
        let text = String(repeating: "x", count: size)
        for session in 0..<(2 * kept) {
            early.note(Self.early(session), of: .of("\(session)"), Self.generated(text), at: nil)
        }
        let known = (0..<(2 * kept)).filter { early.answer(for: Self.close($0), of: .of("\($0)")) != nil }
        #expect(known == Array(kept..<(2 * kept)))
    }

    @Test("What has been replaced is forgotten, and takes no room")
    func replaced() {
        var early = EarlyAnswers()
        for session in 0..<(2 * EarlyAnswers.most) {
            early.note(Self.early(session), of: .of("\(session)"), Self.generated("x"), at: nil)
            if session > 0 { early.note(Self.close(session), of: .of("\(session)"), Self.generated("x"), at: nil) }
        }
        #expect(early.answer(for: Self.close(0), of: .of("0")) != nil)
        #expect(early.answer(for: Self.close(1), of: .of("1")) == nil)
    }
}
