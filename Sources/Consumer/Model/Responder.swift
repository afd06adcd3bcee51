/// Whoever answers.
import Common

/// What is asked.
struct Question: Sendable {
    let prompt: String
    let messages: [ChatMessage]
    /// Not all of the messages are in the prompt: they didn't fit the model's context.
    var isCut = false
}

/// An answer, or why there is none.
struct Answer: Sendable {
    let response: Response
    /// From asking to the first token; nil where there was none.
    let firstToken: Duration?
}

/// Answers questions. Never throws: what goes wrong becomes an answer that says so.
protocol Responder: Sendable {
    /// Looks around before the first question.
    func start() async

    /// - Parameter onPiece: called with each piece of the answer as it comes.
    func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer
}

/// The responder that asks nobody.
struct FallbackResponder: Responder {
    func start() async {}

    func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
        Answer(
            response: .fallback(to: question.messages, reason: "no model asked for (--responder fallback)"),
            firstToken: nil)
    }
}

/// The responder for windows that were to be answered when nobody is asked any more.
struct NoResponder: Responder {
    func start() async {}

    func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
        Answer(response: .none, firstToken: nil)
    }
}

extension Response {
    /// A canned reply, labelled as one.
    static func fallback(to messages: [ChatMessage], reason: String) -> Response {
        Response(status: .fallback, text: CannedReply.reply(to: messages), reason: reason, responder: "fallback")
    }

    /// Nobody was asked, because there is something newer to answer.
    static let superseded = Response(
        status: .superseded, reason: "a newer window of the session was waiting (--on-backlog latest)",
        responder: "none")
}
