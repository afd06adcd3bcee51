/// The interface that many servers have taken over from OpenAI: chat completions over server-sent events
/// (https://platform.openai.com/docs/api-reference/chat-streaming).
import Foundation

/// Talks to one server, its address up to and with `/v1`.
struct OpenAIClient: ModelClient {
    private let options: ModelOptions
    private let http: ModelHTTP
    private let leftOut = LeftOut()

    var server: String { http.server }

    init(at address: ModelAddress, options: ModelOptions, exchange: @escaping ModelHTTP.Exchange) {
        self.options = options
        self.http = ModelHTTP("the server", at: address, options: options, exchange: exchange)
    }

    func installedModels() async throws -> [InstalledModel]? {
        let list = try await http.list("/models")
        // Ollama says null where it has none; some servers give the list by itself.
        guard let models = list?.first("data", "models") ?? list else { return nil }
        return models.elements.flatMap { model in
            // Other names by which a model can be asked for.
            let names = ([model.first("id", "name", "model")] + (model["aliases"]?.elements ?? [])).compactMap(\.?.text)
            return names.map { InstalledModel(name: $0, contextTokens: ContextLength.listed(model)) }
        }
    }

    /// These servers say it in their list, or nowhere.
    func contextTokens(of model: String) async -> Int? { nil }

    func chat(
        model: String, prompt: Prompt, patience: Patience, onPiece: @escaping PieceHandler
    ) async throws -> Completion {
        try await leftOut.ask { without in
            try await http.ask(
                "/chat/completions", ChatRequest(model, prompt, options, without: without), model: model,
                prompt: prompt, patience: patience, onPiece: onPiece)
        }.asked(prompt.text)
    }
}

/// The question as these servers want it.
private struct ChatRequest: Encodable, Sendable {
    struct Message: Encodable {
        let role: String
        let content: String

        init(_ turn: Turn) { (role, content) = (turn.role.rawValue, turn.content) }
    }
    struct StreamOptions: Encodable {
        let include_usage = true
    }

    let model: String
    let messages: [Message]
    /// Not in pieces is what these servers do by themselves.
    let stream: Bool?
    let stream_options: StreamOptions?
    let max_tokens: Int?
    let max_completion_tokens: Int?
    let temperature: Double?
    let seed: Int?

    init(_ model: String, _ prompt: Prompt, _ options: ModelOptions, without: Set<OptionalPart>) {
        self.model = model
        messages = prompt.turns(without: without).map(Message.init)
        stream = without.contains(.stream) ? nil : true
        stream_options = stream == true && !without.contains(.streamOptions) ? StreamOptions() : nil
        let answerTokens = prompt.answerTokens ?? options.answerTokens
        max_tokens = without.contains(.maxTokens) ? nil : answerTokens
        max_completion_tokens =
            without.contains(.maxTokens) && !without.contains(.maxCompletionTokens) ? answerTokens : nil
        temperature = without.contains(.temperature) ? nil : options.temperature
        seed = without.contains(.seed) ? nil : options.seed
    }
}
