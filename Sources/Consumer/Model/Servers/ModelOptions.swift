/// Where the model is, and how long it may take.
import AsyncHTTPClient
import Common

/// Settings of the responders that ask models.
struct ModelOptions: Sendable {
    /// What a server speaks, as entries name it.
    enum Dialect: String, Sendable {
        case ollama, openai
    }

    var dialect = Dialect.ollama
    var servers: [String]
    var model: String
    /// Questions under way at one server. Ollama answers one at a time unless told otherwise (OLLAMA_NUM_PARALLEL).
    var inFlightLimit = 1
    var connectTimeout = Duration.seconds(5)
    /// Until the first token: loading the model, waiting its turn and reading the prompt are in it.
    var firstTokenTimeout = Duration.seconds(120)
    /// Between two tokens.
    var tokenTimeout = Duration.seconds(30)
    /// For a whole answer, attempts with other servers included.
    var answerTimeout = Duration.seconds(300)
    /// The model's context, in tokens. One constant: another value in a request makes Ollama load the model anew.
    var contextTokens = 8192
    /// The longest answer, in tokens.
    var answerTokens = 512
    var keepAlive = "10m"
    /// nil: the server's own.
    var temperature: Double?
    var seed: Int?
    /// Said to the model before everything else.
    var systemPrompt: String?
    var template = PromptTemplate.standard
    /// Sent to servers of OpenAI's kind.
    var apiKey: String?

    /// The most bytes the conversation may have in the prompt, so that prompt and answer fit the context.
    var promptBudget: Int {
        (contextTokens - answerTokens - 256) * Prompt.bytesPerToken - (systemPrompt?.utf8.count ?? 0) - template.size
    }

    /// A client for each of the servers.
    func clients(_ http: HTTPClient) -> [any ModelClient] {
        servers.map { server in
            switch dialect {
            case .ollama: OllamaClient(server: server, options: self, http: http)
            case .openai: OpenAIClient(server: server, options: self, http: http)
            }
        }
    }

    /// Reads a list of servers as people write them: comma-separated, with or without `http://` and a port.
    ///
    /// As Ollama's own client does: no scheme means http and port 11434, and a server that listens on all addresses
    /// (`0.0.0.0`, `[::]`) is reached on the loopback one.
    static func servers(_ text: String) -> [String] {
        let names = text.split(separator: ",").map { $0.trimmingPrefix(while: \.isWhitespace) }
        let servers = names.allSatisfy(\.isEmpty) ? [server("")] : names.filter { !$0.isEmpty }.map { server($0) }
        // One that is named twice is one.
        return servers.enumerated().filter { !servers[..<$0.offset].contains($0.element) }.map(\.element)
    }

    /// The same for servers of OpenAI's kind, whose interface begins at a path: `/v1` where none is given.
    static func openAIServers(_ text: String) -> [String] {
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
