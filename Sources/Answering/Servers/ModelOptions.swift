/// Where the model is, and how long it may take.
import AsyncHTTPClient

/// Settings of the responders that ask models.
public struct ModelOptions: Sendable {
    /// What a server speaks, as entries name it.
    public enum Dialect: String, Sendable {
        case ollama, openai
    }

    public var dialect: Dialect
    public var servers: [String]
    public var model: String
    /// Questions under way at one server. Ollama answers one at a time unless told otherwise (OLLAMA_NUM_PARALLEL).
    public var inFlightLimit: Int
    public var connectTimeout: Duration
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
    public var template: PromptTemplate
    /// Sent to servers of OpenAI's kind.
    public var apiKey: String?

    public init(
        dialect: Dialect = .ollama, servers: [String], model: String, inFlightLimit: Int = 1,
        connectTimeout: Duration = .seconds(5), firstTokenTimeout: Duration = .seconds(120),
        tokenTimeout: Duration = .seconds(30), answerTimeout: Duration = .seconds(300), contextTokens: Int = 8192,
        answerTokens: Int = 512, keepAlive: String = "10m", temperature: Double? = nil, seed: Int? = nil,
        systemPrompt: String? = nil, template: PromptTemplate = .standard, apiKey: String? = nil
    ) {
        self.dialect = dialect
        self.servers = servers
        self.model = model
        self.inFlightLimit = inFlightLimit
        self.connectTimeout = connectTimeout
        self.firstTokenTimeout = firstTokenTimeout
        self.tokenTimeout = tokenTimeout
        self.answerTimeout = answerTimeout
        self.contextTokens = contextTokens
        self.answerTokens = answerTokens
        self.keepAlive = keepAlive
        self.temperature = temperature
        self.seed = seed
        self.systemPrompt = systemPrompt
        self.template = template
        self.apiKey = apiKey
    }

    /// The most bytes the conversation may have in the prompt, so that prompt and answer fit the context.
    public var promptBudget: Int {
        (contextTokens - answerTokens - 256) * Prompt.bytesPerToken - (systemPrompt?.utf8.count ?? 0) - template.size
    }

    /// A client for each of the servers.
    package func clients(_ http: HTTPClient) -> [any ModelClient] {
        servers.map { server in
            switch dialect {
            case .ollama: OllamaClient(server: server, options: self, exchange: http.exchange)
            case .openai: OpenAIClient(server: server, options: self, exchange: http.exchange)
            }
        }
    }

    /// Reads a list of servers as people write them: comma-separated, with or without `http://` and a port.
    ///
    /// As Ollama's own client does: no scheme means http and port 11434, and a server that listens on all addresses
    /// (`0.0.0.0`, `[::]`) is reached on the loopback one.
    public static func servers(_ text: String) -> [String] {
        let names = text.split(separator: ",").map { $0.trimmingPrefix(while: \.isWhitespace) }
        let servers = names.allSatisfy(\.isEmpty) ? [server("")] : names.filter { !$0.isEmpty }.map { server($0) }
        // One that is named twice is one.
        return servers.enumerated().filter { !servers[..<$0.offset].contains($0.element) }.map(\.element)
    }

    /// The same for servers of OpenAI's kind, whose interface begins at a path: `/v1` where none is given.
    public static func openAIServers(_ text: String) -> [String] {
        servers(text).map { $0.dropFirst("https://".count).contains("/") ? $0 : $0 + "/v1" }
    }

    private static func server(_ text: some StringProtocol) -> String {
        var rest = String(text)
        while let last = rest.last, last.isWhitespace || last == "/" { rest.removeLast() }
        let scheme = ["http://", "https://"].first { rest.lowercased().hasPrefix($0) }
        rest = String(rest.dropFirst(scheme?.count ?? 0))
        let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
        rest.removeLast(path.count)
        var (host, port) = (rest, "")
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
            host = String(rest[..<colon])
            port = String(rest[colon...])
        }
        if host == "0.0.0.0" || host.isEmpty { host = "127.0.0.1" }
        if host == "[::]" { host = "[::1]" }
        if port.isEmpty && scheme == nil { port = ":11434" }
        return (scheme ?? "http://") + host + port + path
    }
}
