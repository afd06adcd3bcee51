/// Whoever answers.
import Chat
import Records

/// An answer, or why there is none.
public struct Answer: Sendable {
    public var response: Response
    /// From asking to the first token, be it a thought, with waiting for a server and attempts that failed; nil where there was
    /// none.
    public let firstToken: Duration?
    /// From the first token to the last; nil where that isn't known.
    public let generation: Duration?
    /// How often servers were asked, and what came of it.
    public let attempts: [Attempt]

    public init(
        response: Response, firstToken: Duration?, generation: Duration? = nil, attempts: [Attempt] = []
    ) {
        self.response = response
        self.firstToken = firstToken
        self.generation = generation
        self.attempts = attempts
    }

    /// How fast the model wrote, thoughts included; nil where that isn't known.
    public var tokensPerSecond: Double? {
        guard let generation, let tokens = response.completionTokens, tokens > 0 else { return nil }
        return Double(tokens) / (generation / .seconds(1))
    }
}

/// Answers questions. Never throws: what goes wrong becomes an answer that says so.
public protocol Responder: Sendable {
    /// Looks around before the first question.
    func start() async

    /// - Parameter onPiece: called with each piece of the answer as it comes.
    func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer

    /// How the servers are doing that are asked.
    func servers() async -> [WorkspaceStatus.Server]
}

extension Responder {
    public func servers() async -> [WorkspaceStatus.Server] { [] }
}

/// What stands as the answer where nobody has to be asked: it is there when the window comes out.
public enum InstantAnswer: Sendable {
    /// Nothing (`--responder none`).
    case none
    /// A canned reply (`--responder fallback`).
    case canned

    public func response(to conversation: Conversation) -> Response {
        switch self {
        case .none: .none
        case .canned: .fallback(to: conversation, reason: "no model asked for (--responder fallback)")
        }
    }
}

/// The responder for windows that waited to be answered when nobody is asked any more.
public struct InstantResponder: Responder {
    private let answer: InstantAnswer

    public init(answer: InstantAnswer) { self.answer = answer }

    public func start() async {}

    public func answer(_ question: Question, onPiece: @escaping PieceHandler) async -> Answer {
        Answer(response: answer.response(to: question.conversation), firstToken: nil)
    }
}

extension Response {
    /// A canned reply, labelled as one.
    public static func fallback(to conversation: Conversation, reason: String) -> Response {
        Response(status: .fallback, text: CannedReply.reply(to: conversation), reason: reason, responder: "fallback")
    }

    /// Nobody was asked, because there is something newer to answer.
    public static let superseded = Response(
        status: .superseded, reason: "a newer window of the session was waiting (--on-backlog latest)",
        responder: "none")
}
