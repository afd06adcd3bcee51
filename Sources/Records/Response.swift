/// What stands in an entry as the answer, and where it came from.

/// The answer of an entry. ``status`` alone says whether a model wrote it.
public struct Response: Hashable, Sendable, Codable {
    public enum Status: String, Hashable, Sendable, Codable {
        /// A model wrote the text.
        case generated
        /// The model couldn't; the text is a canned reply and ``Response/reason`` says why.
        case fallback
        /// Nobody was asked: while the window waited, a newer one of its session came.
        case superseded
        /// Nobody was asked; where somebody could have been, ``Response/reason`` says why not.
        case none
        /// There was one, and messages: the session's texts have been removed since then.
        case forgotten
    }

    public var status: Status
    public var text: String?
    /// Why the model didn't answer, or wasn't asked.
    public var reason: String?
    /// The model that really ran.
    public var model: String?
    /// Who answered: `ollama`, `openai`, `fallback`, `none`.
    public var responder: String
    public var promptTokens: Int?
    public var completionTokens: Int?
    /// The answer was cut at its length limit, or the model hasn't seen the whole window.
    public var truncated: Bool
    /// Something that isn't an answer was cut off: turns of the conversation that the model made up.
    public var trimmed: Bool
    /// Kinds of personal data that the model didn't see; known only to the process that asked.
    public var masked: [String] = []

    enum CodingKeys: String, CodingKey {
        case status, text, reason, model, responder, truncated, trimmed
        case promptTokens = "prompt_tokens"
        case completionTokens = "completion_tokens"
    }

    public init(
        status: Status, text: String? = nil, reason: String? = nil, model: String? = nil, responder: String,
        promptTokens: Int? = nil, completionTokens: Int? = nil, truncated: Bool = false, trimmed: Bool = false
    ) {
        self.status = status
        self.text = text
        self.reason = reason
        self.model = model
        self.responder = responder
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.truncated = truncated
        self.trimmed = trimmed
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        status = try fields.decode(Status.self, forKey: .status)
        text = try fields.decodeIfPresent(String.self, forKey: .text)
        reason = try fields.decodeIfPresent(String.self, forKey: .reason)
        model = try fields.decodeIfPresent(String.self, forKey: .model)
        responder = try fields.decode(String.self, forKey: .responder)
        promptTokens = try fields.decodeIfPresent(Int.self, forKey: .promptTokens)
        completionTokens = try fields.decodeIfPresent(Int.self, forKey: .completionTokens)
        truncated = try fields.decode(Bool.self, forKey: .truncated)
        // It stands there only where it is so.
        trimmed = try fields.decodeIfPresent(Bool.self, forKey: .trimmed) ?? false
    }

    /// Nobody was asked.
    public static let none = Response(status: .none, responder: "none")

    /// Nobody was asked, though somebody could have been.
    public static func notAsked(because reason: String) -> Response {
        Response(status: .none, reason: reason, responder: "none")
    }

    /// What stands in the place of one that has been removed.
    public static let forgotten = Response(
        status: .forgotten, reason: "the texts of this session were removed (--forget-session)", responder: "none")
}

/// How long an entry took, in milliseconds.
public struct Timing: Hashable, Sendable, Codable {
    /// From the moment at which the window came out until the model was asked.
    public var queued: Int
    /// From asking until the first token; nil where there was none.
    public var firstToken: Int?
    /// From the moment at which the window came out until the answer was complete.
    public var total: Int

    enum CodingKeys: String, CodingKey {
        case queued = "queued_ms"
        case firstToken = "first_token_ms"
        case total = "total_ms"
    }

    public init(queued: Int = 0, firstToken: Int? = nil, total: Int = 0) {
        self.queued = queued
        self.firstToken = firstToken
        self.total = total
    }
}
