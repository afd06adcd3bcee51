/// Which of its two protocols a request is in.

/// Ollama's own protocol, or OpenAI's, which Ollama speaks as well.
enum Dialect: Sendable {
    case ollama
    case openAI

    /// OpenAI's paths begin with a version.
    init(path: String) { self = path.hasPrefix("/v1/") ? .openAI : .ollama }

    /// Where chats go.
    var chatPath: String {
        switch self {
        case .ollama: "/api/chat"
        case .openAI: "/v1/chat/completions"
        }
    }

    /// Whether a chat is answered in pieces when it doesn't say.
    var isStreamedByDefault: Bool { self == .ollama }

    /// Writes the answer to a chat, or to a request that is none.
    func lines(for chat: ChatRequest?) -> any ChatLines {
        let model = chat?.model ?? ""
        switch self {
        case .ollama: return OllamaLines(model: model)
        case .openAI:
            let wantsUsage = chat?.json["stream_options"]?["include_usage"] == .flag(true)
            return OpenAILines(model: model, number: chat?.number ?? 0, wantsUsage: wantsUsage)
        }
    }
}
