/// What a script is asked.

/// A request to `/api/chat` or `/v1/chat/completions`, read.
public struct ChatRequest: Sendable {
    public struct Message: Sendable, Equatable {
        public let role: String
        public let content: String
    }

    /// 1 for the first chat that reached the stub, and so on; those that were refused count, too.
    public let number: Int
    public let model: String
    public let messages: [Message]
    /// Whether the answer is wanted in pieces. Where the request doesn't say, it is for Ollama, and isn't for OpenAI.
    public let isStreamed: Bool
    /// All of the request.
    public let json: JSON

    init(number: Int, json: JSON, dialect: Dialect) {
        self.number = number
        self.json = json
        model = json["model"]?.string ?? ""
        messages = (json["messages"]?.elements ?? []).map { message in
            Message(role: message["role"]?.string ?? "", content: message["content"]?.string ?? "")
        }
        if case .flag(let isWanted)? = json["stream"] {
            isStreamed = isWanted
        } else {
            isStreamed = dialect.isStreamedByDefault
        }
    }
}
