/// What is noted of answers.
import AnsweringRig
import Chat
import Records
import Testing

@testable import Answering

@Suite("The responder that checks numbers", .timeLimit(.minutes(1)))
struct CheckedResponderTests {
    /// Says the same to everything.
    private struct Parrot: Responder {
        let response: Response

        func start() async {}
        func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
            Answer(response: response, firstToken: nil)
        }
    }

    @Test(
        "Numbers of an answer that stand neither in the chat nor in what the model was told are named",
        arguments: [
            ("You have 20,000 at 4.2%.", ["4.2%"]), ("We said 12 months, and 3% before.", []), ("Happy to help.", []),
            ("A limit of 50,000 holds.", []), ("7.5% for 20,000", ["7.5%"]),
        ])
    func numbers(_ text: String, _ unsupported: [String]) async {
        let question = Question(
            [.customer("I want 20000 for 12 months.")], history: [.customer("It was 3% before.")])
        func checked(_ status: Response.Status) async -> [String] {
            let responder = CheckedResponder(
                Parrot(response: Response(status: status, text: text, responder: "ollama")),
                told: ["The limit is 50,000."])
            return await responder.answer(question) { _ in }.response.unsupported
        }
        #expect(await checked(.generated) == unsupported)
        // A canned reply is nobody's promise.
        #expect(await checked(.fallback) == [])
    }
}
