/// Whoever answers.
import Common

/// What is asked.
struct Question: Sendable {
    let prompt: String
    let conversation: Conversation
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

/// What stands as the answer where nobody has to be asked: it is there when the window comes out.
enum InstantAnswer: Sendable {
    /// Nothing (`--responder none`).
    case none
    /// A canned reply (`--responder fallback`).
    case canned

    func response(to conversation: Conversation) -> Response {
        switch self {
        case .none: .none
        case .canned: .fallback(to: conversation, reason: "no model asked for (--responder fallback)")
        }
    }
}

/// The responder for windows that waited to be answered when nobody is asked any more.
struct InstantResponder: Responder {
    let answer: InstantAnswer

    func start() async {}

    func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
        Answer(response: answer.response(to: question.conversation), firstToken: nil)
    }
}

extension Response {
    /// A canned reply, labelled as one.
    static func fallback(to conversation: Conversation, reason: String) -> Response {
        Response(status: .fallback, text: CannedReply.reply(to: conversation), reason: reason, responder: "fallback")
    }

    /// Nobody was asked, because there is something newer to answer.
    static let superseded = Response(
        status: .superseded, reason: "a newer window of the session was waiting (--on-backlog latest)",
        responder: "none")
}
