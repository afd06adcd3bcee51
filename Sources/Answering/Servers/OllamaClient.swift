/// Ollama's HTTP interface, as far as it is needed
/// (https://github.com/ollama/ollama/blob/main/docs/api.md).
import Foundation

/// Talks to one Ollama server.
struct OllamaClient: ModelClient {
    let options: ModelOptions
    private let http: ModelHTTP
    private let leftOut = LeftOut()

    var server: String { http.server }

    init(at address: ModelAddress, options: ModelOptions, exchange: @escaping ModelHTTP.Exchange) {
        self.options = options
        self.http = ModelHTTP(ModelFailure.ollama, at: address, options: options, exchange: exchange)
    }

    func installedModels() async throws -> [InstalledModel]? {
        guard let models = try await http.list("/api/tags")?["models"] else { return nil }
        return models.elements.compactMap { model in
            model.first("name", "model")?.text.map {
                InstalledModel(name: $0, remoteHost: model["remote_host"]?.text)
            }
        }
    }

    func contextTokens(of model: String) async -> Int? {
        await http.description("/api/show", ["model": model]).flatMap(ContextLength.shown)
    }

    func chat(
        model: String, prompt: Prompt, patience: Patience, onPiece: @escaping PieceHandler
    ) async throws -> Completion {
        try await leftOut.ask { without in
            try await http.ask(
                "/api/chat", ChatRequest(model, prompt, options, without: without), model: model,
                prompt: prompt,
                patience: patience, onPiece: onPiece)
        }.asked(prompt.text)
    }
}

/// The question as Ollama wants it.
private struct ChatRequest: Encodable, Sendable {
    struct Message: Encodable {
        let role: String
        let content: String

        init(_ turn: Turn) { (role, content) = (turn.role.rawValue, turn.content) }
    }
    struct Options: Encodable {
        let num_ctx: Int?
        let num_predict: Int
        let temperature: Double?
        let seed: Int?
    }

    /// A number of seconds, or a text such as `10m`: Ollama takes a number only as one.
    struct KeepAlive: Encodable {
        let text: String

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if let seconds = Double(text) { try container.encode(seconds) } else { try container.encode(text) }
        }
    }

    let model: String
    let messages: [Message]
    let stream: Bool
    // Without this, models that can think do so since Ollama 0.12.4; sending it is safe with all others.
    let think: Bool?
    let keep_alive: KeepAlive?
    let options: Options?

    init(_ model: String, _ prompt: Prompt, _ options: ModelOptions, without: Set<OptionalPart>) {
        self.model = model
        messages = prompt.turns(without: without).map(Message.init)
        stream = !without.contains(.stream)
        think = without.contains(.think) ? nil : false
        keep_alive = without.contains(.keepAlive) ? nil : KeepAlive(text: options.keepAlive)
        guard !without.contains(.options) else {
            self.options = nil
            return
        }
        self.options = Options(
            num_ctx: without.contains(.contextLength) ? nil : options.contextTokens,
            num_predict: prompt.answerTokens ?? options.answerTokens,
            temperature: without.contains(.temperature) ? nil : options.temperature,
            seed: without.contains(.seed) ? nil : options.seed)
    }
}
