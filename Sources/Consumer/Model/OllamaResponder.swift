/// The responder that asks Ollama.
import AsyncHTTPClient
import Common
import Logging

/// Asks Ollama servers in turn; what can't be answered becomes a labelled fallback.
actor OllamaResponder: Responder {
    private let options: OllamaOptions
    private let servers: [OllamaServer]
    private let logger: Logger
    private var turn = 0

    init(_ options: OllamaOptions, http: HTTPClient, logger: Logger) {
        self.options = options
        self.logger = logger
        servers = options.servers.map {
            OllamaServer(OllamaClient(server: $0, options: options, http: http), model: options.model, logger: logger)
        }
    }

    func start() async {
        for server in servers { await server.lookUp() }
    }

    func answer(_ question: Question, onToken: @escaping @Sendable (String) async -> Void) async -> Answer {
        let server = servers[turn % servers.count]
        turn += 1
        do {
            let chat = try await server.chat(question.prompt, onToken: onToken)
            return Answer(
                response: Response(
                    status: .generated, text: chat.text, model: chat.model, responder: "ollama",
                    promptTokens: chat.promptTokens, completionTokens: chat.completionTokens,
                    truncated: chat.isTruncated),
                firstToken: chat.firstToken)
        } catch {
            return Answer(response: .fallback(to: question.messages, reason: "\(error)"), firstToken: nil)
        }
    }
}
