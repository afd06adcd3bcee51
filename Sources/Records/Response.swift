/// What stands in an entry as the answer, and where it came from.

/// The answer of an entry. ``status`` alone says whether a model wrote it.
public struct Response: Hashable, Sendable, Decodable {
    public enum Status: String, Hashable, Sendable, Decodable {
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
    /// Everything else; nil where there is nothing to say.
    private var said: Said?

    enum CodingKeys: String, CodingKey {
        case status, text, reason, model, responder, truncated, trimmed, raw, unsupported, masked
        case promptTokens = "prompt_tokens"
        case completionTokens = "completion_tokens"
        case finishReason = "finish_reason"
    }

    /// The only one that is told: as OpenAI's interface and Ollama's have it.
    static let lengthReason: StaticString = "length"

    public init(
        status: Status, text: String? = nil, reason: String? = nil, model: String? = nil, responder: String,
        promptTokens: Int? = nil, completionTokens: Int? = nil, truncated: Bool = false, cutOff: Bool = false,
        trimmed: Bool = false, raw: String? = nil, unsupported: [String] = [], masked: [String] = []
    ) {
        self.status = status
        said = Said(
            Fields(
                text: text, reason: reason, model: model, responder: responder, promptTokens: promptTokens,
                completionTokens: completionTokens, truncated: truncated, cutOff: cutOff, trimmed: trimmed, raw: raw,
                unsupported: unsupported, masked: masked))
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            status: try fields.decode(Status.self, forKey: .status),
            text: try fields.decodeIfPresent(String.self, forKey: .text),
            reason: try fields.decodeIfPresent(String.self, forKey: .reason),
            model: try fields.decodeIfPresent(String.self, forKey: .model),
            responder: try fields.decode(String.self, forKey: .responder),
            promptTokens: try fields.decodeIfPresent(Int.self, forKey: .promptTokens),
            completionTokens: try fields.decodeIfPresent(Int.self, forKey: .completionTokens),
            truncated: try fields.decode(Bool.self, forKey: .truncated),
            // These stand there only where there is something to say.
            cutOff: try fields.decodeIfPresent(String.self, forKey: .finishReason) == "\(Self.lengthReason)",
            trimmed: try fields.decodeIfPresent(Bool.self, forKey: .trimmed) ?? false,
            raw: try fields.decodeIfPresent(String.self, forKey: .raw),
            unsupported: try fields.decodeIfPresent([String].self, forKey: .unsupported) ?? [],
            masked: try fields.decodeIfPresent([String].self, forKey: .masked) ?? [])
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

// MARK: What is said beside the status

extension Response {
    private struct Fields: Hashable {
        var text: String?
        var reason: String?
        var model: String?
        var responder = "none"
        var promptTokens: Int?
        var completionTokens: Int?
        var truncated = false
        var cutOff = false
        var trimmed = false
        var raw: String?
        var unsupported: [String] = []
        var masked: [String] = []

        /// Where nothing is said.
        static let none = Fields()
    }

    /// The fields, in an object: a response is copied on its way, a million a second where nobody is asked, and each string and array
    /// in it would cost something each time.
    private final class Said: Hashable, Sendable {
        let fields: Fields

        /// nil where there is nothing to say.
        init?(_ fields: Fields) {
            if fields == .none { return nil }
            self.fields = fields
        }

        static func == (a: Said, b: Said) -> Bool { a.fields == b.fields }

        func hash(into hasher: inout Hasher) { hasher.combine(fields) }
    }

    private var fields: Fields {
        get { said?.fields ?? .none }
        set { said = Said(newValue) }
    }

    public var text: String? {
        get { said?.fields.text }
        set { fields.text = newValue }
    }

    /// Why the model didn't answer, or wasn't asked.
    public var reason: String? { said?.fields.reason }

    /// The model that really ran.
    public var model: String? { said?.fields.model }

    /// Who answered: `ollama`, `openai`, `fallback`, `none`.
    public var responder: String { said?.fields.responder ?? Fields.none.responder }

    public var promptTokens: Int? { said?.fields.promptTokens }

    public var completionTokens: Int? { said?.fields.completionTokens }

    /// The answer was cut at its length limit, or the model hasn't seen the whole window.
    public var truncated: Bool { said?.fields.truncated ?? false }

    /// The model reached the length limit of its answer: that is why it is truncated.
    public var cutOff: Bool { said?.fields.cutOff ?? false }

    /// Something that isn't an answer was cut off: turns of the conversation that the model made up, or what it had said before.
    public var trimmed: Bool { said?.fields.trimmed ?? false }

    /// What the model really said, where that isn't ``text``: its beginning.
    public var raw: String? {
        get { said?.fields.raw }
        set { fields.raw = newValue }
    }

    /// Amounts, rates and the like in the answer that nobody has said, as they stand in it.
    public var unsupported: [String] {
        get { said?.fields.unsupported ?? [] }
        set { fields.unsupported = newValue }
    }

    /// Kinds of what was hidden from the model.
    public var masked: [String] {
        get { said?.fields.masked ?? [] }
        set { fields.masked = newValue }
    }
}
