/// Whoever answers.
import Common

/// What is asked.
struct Question: Sendable {
    let prompt: String
    let messages: [ChatMessage]
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

    /// - Parameter onToken: called with each piece of the answer as it comes.
    func answer(_ question: Question, onToken: @escaping @Sendable (String) async -> Void) async -> Answer
}

/// The responder that asks nobody.
struct FallbackResponder: Responder {
    func start() async {}

    func answer(_ question: Question, onToken: @escaping @Sendable (String) async -> Void) async -> Answer {
        Answer(
            response: .fallback(to: question.messages, reason: "no model asked for (--responder fallback)"),
            firstToken: nil)
    }
}

/// The responder for windows that were to be answered when nobody is asked any more.
struct NoResponder: Responder {
    func start() async {}

    func answer(_ question: Question, onToken: @escaping @Sendable (String) async -> Void) async -> Answer {
        Answer(response: .none, firstToken: nil)
    }
}

extension Response {
    /// A canned reply, labelled as one.
    static func fallback(to messages: [ChatMessage], reason: String) -> Response {
        Response(status: .fallback, text: CannedReply.reply(to: messages), reason: reason, responder: "fallback")
    }
}
