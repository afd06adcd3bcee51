/// The interface that many servers have taken over from OpenAI: chat completions over server-sent events
/// (https://platform.openai.com/docs/api-reference/chat-streaming).
import Foundation
import NIOCore
import NIOHTTP1

/// Talks to one server, its address up to and with `/v1`.
struct OpenAIClient: ModelClient {
    private let options: ModelOptions
    private let http: ModelHTTP

    var server: String { http.server }

    init(server: String, options: ModelOptions, exchange: @escaping ModelHTTP.Exchange) {
        self.options = options
        let headers: HTTPHeaders = options.apiKey.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        self.http = ModelHTTP("the server", at: server, options: options, exchange: exchange, headers: headers)
    }

    func installedModels() async throws -> [InstalledModel]? {
        struct List: Decodable {
            struct Model: Decodable {
                let id: String
            }
            // Ollama says null where it has none.
            let data: [Model]?
        }
        do {
            let body = try await http.get("/models")
            guard let list = try? JSONDecoder().decode(List.self, from: body) else { return nil }
            return (list.data ?? []).map { InstalledModel(name: $0.id) }
        } catch ModelFailure.refused(let status, _, _) where status == 404 || status == 405 {
            // Not all of them have a list.
            return nil
        }
    }

    func chat(
        model: String, prompt: String, patience: Patience, onPiece: @escaping PieceHandler
    ) async throws -> Completion {
        var answer = AnswerBuilder(model: model, patience: patience)
        var chat: Completion?
        var usage: ChatChunk.Usage?
        let request = ChatRequest(model, prompt, options)
        try await http.post("/chat/completions", request) { line in
            // Comments, names of events and empty lines stand between the data.
            guard let data = Self.data(of: line) else { return false }
            if data.elementsEqual("[DONE]".utf8) { return true }
            guard let chunk = try? JSONDecoder().decode(ChatChunk.self, from: Data(data)), chunk.isOne else {
                if let problem = try? JSONDecoder().decode(ServerProblem.self, from: Data(data)) {
                    throw ModelFailure.brokeOff(problem.message)
                }
                throw ModelFailure.unreadable("an event isn't a chunk of a chat completion")
            }
            usage = chunk.usage ?? usage
            guard let choice = chunk.choices?.first else { return false }
            if let token = choice.delta?.content, !token.isEmpty {
                try await answer.append(token, onPiece)
            } else if choice.delta?.isThought == true {
                answer.thought()
            }
            if let reason = choice.reason { chat = try answer.finish(reason, model: chunk.model) }
            return false
        }
        guard var chat else { throw ModelFailure.endedEarly }
        chat.promptTokens = usage?.prompt_tokens?.value
        chat.completionTokens = usage?.completion_tokens?.value
        if Prompt.wasCut(prompt, tokens: chat.promptTokens) { chat.isTruncated = true }
        return chat
    }

    /// What stands behind `data:` in a line; nil for other lines.
    private static func data(of line: ByteBufferView) -> ByteBufferView? {
        var line = line
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        guard line.starts(with: "data:".utf8) else { return nil }
        line = line.dropFirst(5)
        return line.first == UInt8(ascii: " ") ? line.dropFirst() : line
    }
}

/// The question as these servers want it.
private struct ChatRequest: Encodable, Sendable {
    struct Message: Encodable {
        let role: String
        let content: String
    }
    struct StreamOptions: Encodable {
        let include_usage = true
    }

    let model: String
    let messages: [Message]
    let stream = true
    let stream_options = StreamOptions()
    let max_tokens: Int
    let temperature: Double?
    let seed: Int?

    init(_ model: String, _ prompt: String, _ options: ModelOptions) {
        self.model = model
        messages =
            (options.systemPrompt.map { [Message(role: "system", content: $0)] } ?? [])
            + [Message(role: "user", content: prompt)]
        max_tokens = options.answerTokens
        temperature = options.temperature
        seed = options.seed
    }
}

/// An event of the answer.
private struct ChatChunk: Decodable {
    struct Delta: Decodable {
        let content: String?
        // What some servers call the model's thoughts.
        let reasoning: String?
        let reasoning_content: String?

        var isThought: Bool { reasoning?.isEmpty == false || reasoning_content?.isEmpty == false }
    }
    struct Choice: Decodable {
        let delta: Delta?
        let finish_reason: String?

        /// Why the answer has ended, in the usual words; nil while it hasn't.
        var reason: String? {
            switch finish_reason {
            // Some proxies send an empty text with each chunk.
            case "": nil
            case "eos_token", "stop_sequence": "stop"
            default: finish_reason
            }
        }
    }
    struct Usage: Decodable {
        let prompt_tokens: TokenCount?
        let completion_tokens: TokenCount?
    }

    let model: String?
    let choices: [Choice]?
    let usage: Usage?

    /// Whether there is anything in it that belongs to a chunk.
    var isOne: Bool { choices != nil || usage != nil }
}
