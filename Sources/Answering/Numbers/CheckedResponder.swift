/// Answers with a note of what nobody has said.
import Records

/// Tells of each answer of a model which of its numbers stand neither in the conversation nor in what the model was told. It sees
/// answers as people do: a responder that masks stands behind it.
public struct CheckedResponder: Responder {
    private let responder: any Responder
    private let told: [String]

    /// - Parameters:
    ///   - responder: whoever answers.
    ///   - told: what it tells the model besides the conversation.
    public init(_ responder: any Responder, told: [String]) {
        self.responder = responder
        self.told = told
    }

    public func start() async { await responder.start() }

    public func servers() async -> [WorkspaceStatus.Server] { await responder.servers() }

    public func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
        var answer = await responder.answer(question, onPiece: onPiece)
        guard answer.response.status == .generated, let text = answer.response.text else { return answer }
        let said = SaidNumbers(in: (question.history + question.messages).map(\.text) + told)
        answer.response.unsupported = said.unsupported(in: text)
        return answer
    }
}
