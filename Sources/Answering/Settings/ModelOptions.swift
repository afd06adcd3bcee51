/// Where the model is, and how long it may take.
import AsyncHTTPClient

/// Settings of the responders that ask models.
public struct ModelOptions: Hashable, Sendable {
    /// What a server speaks, as entries name it.
    public enum Dialect: String, Sendable {
        case ollama, openai
    }

    public var dialect: Dialect
    public var servers: [ModelAddress]
    public var model: String
    /// Questions under way at one server. Ollama answers one at a time unless told otherwise (OLLAMA_NUM_PARALLEL).
    public var inFlightLimit: Int
    public var connectTimeout: Duration
    /// For a server at whose address nobody listens: it may be starting. One that has been there is waited for three times as
    /// long.
    public var absenceTimeout: Duration
    /// Until the first token: loading the model, waiting its turn and reading the prompt are in it.
    public var firstTokenTimeout: Duration
    /// Between two tokens.
    public var tokenTimeout: Duration
    /// For a whole answer, attempts with other servers included.
    public var answerTimeout: Duration
    /// The model's context, in tokens. One constant: another value in a request makes Ollama load the model anew.
    public var contextTokens: Int
    /// The longest answer, in tokens.
    public var answerTokens: Int
    public var keepAlive: String
    /// nil: the server's own.
    public var temperature: Double?
    public var seed: Int?
    /// Said to the model before everything else.
    public var systemPrompt: String?
    /// How the conversation is put to the model.
    public var form: PromptForm
    /// The words around the conversation, or in front of it; nil: the form's own.
    public var template: PromptTemplate?
    /// What a model doesn't see of what is said.
    public var masked: [MaskKind]
    /// Sent to each server whose address names no user.
    public var apiKey: String?
    /// A file with the certificates of the authorities that are trusted; nil: the system's.
    public var certificateFile: String?

    public init(
        dialect: Dialect = .ollama, servers: [ModelAddress], model: String, inFlightLimit: Int = 1,
        connectTimeout: Duration = .seconds(5), absenceTimeout: Duration = .seconds(10),
        firstTokenTimeout: Duration = .seconds(120),
        tokenTimeout: Duration = .seconds(30), answerTimeout: Duration = .seconds(300), contextTokens: Int = 8192,
        answerTokens: Int = 200, keepAlive: String = "10m", temperature: Double? = nil, seed: Int? = nil,
        systemPrompt: String? = nil, form: PromptForm = .seed, template: PromptTemplate? = nil,
        masked: [MaskKind] = [], apiKey: String? = nil, certificateFile: String? = nil
    ) {
        self.dialect = dialect
        self.servers = servers
        self.model = model
        self.inFlightLimit = inFlightLimit
        self.connectTimeout = connectTimeout
        self.absenceTimeout = absenceTimeout
        self.firstTokenTimeout = firstTokenTimeout
        self.tokenTimeout = tokenTimeout
        self.answerTimeout = answerTimeout
        self.contextTokens = contextTokens
        self.answerTokens = answerTokens
        self.keepAlive = keepAlive
        self.temperature = temperature
        self.seed = seed
        self.systemPrompt = systemPrompt
        self.form = form
        self.template = template
        self.masked = masked
        self.apiKey = apiKey
        self.certificateFile = certificateFile
    }

    /// What the model is told besides what is said in a chat.
    package var told: [String] { words.texts + [systemPrompt].compactMap(\.self) }

    /// The words around the conversation. A chat model that is told its part by a system prompt isn't told another one.
    var words: PromptTemplate {
        if let template { return template }
        switch form {
        case .seed: return .standard
        case .chat: return systemPrompt == nil ? .chat : .empty
        }
    }

    /// The most bytes the conversation may have in the prompt, so that prompt and answer fit the context.
    public var promptBudget: Int { promptBudget(in: contextTokens, beside: answerTokens + 256) }

    /// The same, where a server's own context is smaller.
    ///
    /// - Parameter tokens: the server's context; nil where it isn't known.
    func promptBudget(within tokens: Int?) -> Int {
        guard let tokens, let answer = answerTokens(within: tokens) else { return promptBudget }
        return max(0, min(promptBudget, promptBudget(in: tokens, beside: answer + min(256, tokens / 8))))
    }

    /// The longest answer, in tokens, where a server's own context is smaller; nil where it isn't.
    func answerTokens(within tokens: Int?) -> Int? {
        guard let tokens, tokens < contextTokens else { return nil }
        // A small one is shared. Some servers refuse a prompt that leaves too little room for the answer that is asked for.
        return min(answerTokens, max(1, tokens / 4))
    }

    /// - Parameter rest: what the answer takes, and what a model's template puts around the prompt, in tokens.
    private func promptBudget(in tokens: Int, beside rest: Int) -> Int {
        (tokens - rest) * Prompt.bytesPerToken - (systemPrompt?.utf8.count ?? 0) - words.size - form.frame
    }

    /// How many questions get to the servers at once.
    public var capacity: Int { servers.count * inFlightLimit }

    /// A client for each of the servers.
    package func clients(_ http: HTTPClient) -> [any ModelClient] {
        servers.map { server in
            switch dialect {
            case .ollama: OllamaClient(at: server, options: self, exchange: http.exchange)
            case .openai: OpenAIClient(at: server, options: self, exchange: http.exchange)
            }
        }
    }
}
