/// Ollama's HTTP interface, as far as it is needed
/// (https://github.com/ollama/ollama/blob/main/docs/api.md).
import Foundation
import NIOCore

/// Talks to one Ollama server.
struct OllamaClient: ModelClient {
    let options: ModelOptions
    private let http: ModelHTTP

    var server: String { http.server }

    init(server: String, options: ModelOptions, exchange: @escaping ModelHTTP.Exchange) {
        self.options = options
        self.http = ModelHTTP("Ollama", at: server, options: options, exchange: exchange)
    }

    func installedModels() async throws -> [InstalledModel]? {
        struct Tags: Decodable {
            struct Model: Decodable {
                let name: String
                let remote_host: String?
            }
            let models: [Model]?
        }
        let body = try await http.get("/api/tags")
        guard let tags = try? JSONDecoder().decode(Tags.self, from: body) else {
            throw ModelFailure.unreadable("the list of models isn't one")
        }
        return (tags.models ?? []).map { InstalledModel(name: $0.name, remoteHost: $0.remote_host) }
    }

    func chat(
        model: String, prompt: String, patience: Patience, onPiece: @escaping PieceHandler
    ) async throws -> Completion {
        var answer = AnswerBuilder(model: model, patience: patience)
        var chat: Completion?
        try await http.post("/api/chat", ChatRequest(model, prompt, options)) { line in
            guard let part = try? JSONDecoder().decode(ChatPart.self, from: Data(line)) else {
                throw ModelFailure.unreadable("a line isn't Ollama's JSON")
            }
            if let error = part.error { throw ModelFailure.brokeOff(ServerText(error)) }
            if let token = part.message?.content, !token.isEmpty {
                try await answer.append(token, onPiece)
            } else if part.message?.thinking?.isEmpty == false {
                answer.thought()
            }
            guard part.done == true else { return false }
            chat = try answer.finish(part.done_reason, model: part.model)
            chat?.promptTokens = part.prompt_eval_count?.value
            chat?.completionTokens = part.eval_count?.value
            if Prompt.wasCut(prompt, tokens: part.prompt_eval_count?.value) { chat?.isTruncated = true }
            return true
        }
        guard let chat else { throw ModelFailure.endedEarly }
        return chat
    }
}

/// The question as Ollama wants it.
private struct ChatRequest: Encodable, Sendable {
    struct Message: Encodable {
        let role: String
        let content: String
    }
    struct Options: Encodable {
        let num_ctx: Int
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
    let stream = true
    // Without this, models that can think do so since Ollama 0.12.4; sending it is safe with all others.
    let think = false
    let keep_alive: KeepAlive
    let options: Options

    init(_ model: String, _ prompt: String, _ options: ModelOptions) {
        self.model = model
        messages =
            (options.systemPrompt.map { [Message(role: "system", content: $0)] } ?? [])
            + [Message(role: "user", content: prompt)]
        keep_alive = KeepAlive(text: options.keepAlive)
        self.options = Options(
            num_ctx: options.contextTokens, num_predict: options.answerTokens, temperature: options.temperature,
            seed: options.seed)
    }
}

/// A line of the answer.
private struct ChatPart: Decodable {
    struct Message: Decodable {
        let content: String?
        let thinking: String?
    }

    let model: String?
    let message: Message?
    let done: Bool?
    let done_reason: String?
    let prompt_eval_count: TokenCount?
    let eval_count: TokenCount?
    let error: String?
}
