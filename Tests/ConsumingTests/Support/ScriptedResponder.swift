/// A responder that does what a test wants.
import OllamaStub
import Records
import TestSupport

@testable import Answering

/// Answers a question by repeating its last message, in two pieces; some questions wait at a gate first.
struct ScriptedResponder: Responder {
    /// Every question, in the order in which they came.
    let asked = Recorded<Question>()
    /// The gates, by the question's last message.
    private let gates: [String: Gate]

    init(waiting gates: [String: Gate] = [:]) { self.gates = gates }

    /// The last messages of the questions so far.
    var askedTexts: [String] { asked.all.map(Self.text) }

    func start() async {}

    func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
        let text = Self.text(question)
        asked.append(question)
        await gates[text]?.wait()
        await onPiece(.token("Re: "))
        await onPiece(.token(text))
        return Answer(
            response: Response(
                status: .generated, text: "Re: \(text)", model: "parrot", responder: "scripted", completionTokens: 9),
            firstToken: .zero, generation: .seconds(2))
    }

    private static func text(_ question: Question) -> String { question.conversation.messages.last?.text ?? "" }
}
