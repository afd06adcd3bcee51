/// What one piece of JSON in an answer says.

/// The fields of both dialects: chat completions as OpenAI has them, in pieces or whole
/// (https://platform.openai.com/docs/api-reference/chat-streaming), and Ollama's lines
/// (https://github.com/ollama/ollama/blob/main/docs/api.md). Each is read by itself; those that aren't known are passed over.
struct AnswerChunk {
    /// What of the answer's text is in it.
    private(set) var text = ""
    /// There are thoughts of the model in it.
    private(set) var hasThoughts = false
    private(set) var stop: StopReason?
    /// It goes on where the one before ended.
    private(set) var isPiece = false
    /// Its text may be all of the answer so far, or once more.
    private(set) var mayRepeat = false
    /// All of an answer, as a server calls it: it needn't say besides that it is over.
    private(set) var isObject = false
    /// What the problem would be as a status of HTTP.
    private(set) var status: Int?
    /// It is the last one.
    private(set) var isLast = false
    private(set) var model: String?
    /// Another machine on which the model runs.
    private(set) var remoteHost: String?
    private(set) var promptTokens: Int?
    private(set) var completionTokens: Int?
    private(set) var hasUsage = false
    private(set) var problem: ServerText?
    /// It should hold a piece of the answer, and what that is can't be found.
    private(set) var isDamaged = false

    /// - Parameter isError: the event's name says that it is an error.
    init(_ value: JSONValue, isError: Bool = false) {
        problem = ServerProblem.message(in: value, isError: isError)
        if problem != nil { status = ServerProblem.status(in: value) }
        model = value["model"]?.text
        remoteHost = value["remote_host"]?.text
        readUsage(value)
        if case .array(let choices)? = value["choices"] {
            // Of several answers the first is the one.
            if let choice = choices.first(where: { ($0["index"]?.count ?? 0) == 0 }) { read(choice: choice) }
        } else {
            readOllama(value)
        }
        isObject = value["object"]?.text == "chat.completion" && mayRepeat
        // A chunk says of itself that it is one, and nothing that belongs into one is there.
        let isChunk = value["object"]?.text?.hasPrefix("chat.completion") == true
        if isChunk, value["choices"] == nil, !hasUsage, problem == nil { isDamaged = true }
    }

    private mutating func read(choice: JSONValue) {
        let parts = choice.first("delta", "message")
        read(message: parts ?? choice)
        if parts == nil, case .string(let plain)? = choice["text"] { text += plain }
        let reason = choice.first("finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason")
        isPiece = choice["delta"] != nil
        mayRepeat = !isPiece && choice["message"] != nil
        // Some servers send an empty text with each chunk, or a word for nothing.
        if let word = reason?.text, !["", "null", "none"].contains(word.lowercased()) { stop = StopReason(word) }
        // Azure says in choices of their own what its filter has found.
        if parts == nil, text.isEmpty, !hasThoughts, stop == nil, choice["delta"] == nil, !choice.hasFilterResults {
            isDamaged = true
        }
    }

    private mutating func readOllama(_ value: JSONValue) {
        if let message = value["message"], message.text == nil {
            read(message: message)
        } else if let plain = value["response"]?.text {
            text += plain
        } else if value["response"]?.hasContent == true {
            isDamaged = true
        }
        hasThoughts = hasThoughts || value["thinking"]?.hasContent == true
        isLast = value["done"]?.isTrue == true
        if isLast {
            // Without a word for it, done is done.
            mayRepeat = true
            stop = value["done_reason"]?.text.flatMap { $0.isEmpty ? nil : StopReason($0) } ?? .complete
        }
    }

    /// Reads a message or a piece of one.
    private mutating func read(message: JSONValue) {
        // A tool's result, the question once more, or a channel for thoughts.
        let role = message["role"]?.text?.lowercased() ?? "", channel = message["channel"]?.text?.lowercased() ?? ""
        let isThought = ["reasoning", "thinking", "thought"].contains(role) || message["thought"]?.isTrue == true
        if isThought || ["analysis", "commentary", "reasoning", "thinking"].contains(channel) {
            hasThoughts = true
            return
        }
        if ["user", "tool", "function", "system", "developer"].contains(role) { return }
        switch message["content"] {
        case .string(let plain)?: text += plain
        case .array(let parts)?: for part in parts { read(part: part) }
        case .object?: if let part = message["content"] { read(part: part) }
        // What can't be said isn't left out of the middle of an answer.
        case .number?, .bool?: isDamaged = true
        default: if case .string(let plain) = message { text += plain }
        }
        let thoughts = [
            "reasoning", "reasoning_content", "reasoning_text", "reasoning_details", "thinking", "thoughts",
        ]
        if thoughts.contains(where: { message[$0]?.hasContent == true }) { hasThoughts = true }
    }

    /// Reads a part of a content that comes in parts: text, thoughts, or something else.
    private mutating func read(part: JSONValue) {
        if case .string(let plain) = part { return text += plain }
        switch part["type"]?.text?.lowercased() {
        case nil where part["thought"]?.isTrue == true, "text"? where part["thought"]?.isTrue == true:
            hasThoughts = true
        case nil, "text"?, "output_text"?:
            let words = part.first("text", "content", "value")
            text += words?.text ?? ""
            if words.map({ $0.text == nil }) ?? part.hasContent { isDamaged = true }
        case "thinking"?, "reasoning"?, "thought"?: hasThoughts = true
        // A text of a kind that isn't known is one.
        case let type? where type.contains("text"): text += part.first("text", "content", "value")?.text ?? ""
        default: break
        }
    }

    private mutating func readUsage(_ value: JSONValue) {
        let usage = value["usage"]
        hasUsage = usage?.hasContent == true
        promptTokens = usage?.first("prompt_tokens", "input_tokens")?.count ?? value["prompt_eval_count"]?.count
        completionTokens = usage?.first("completion_tokens", "output_tokens")?.count ?? value["eval_count"]?.count
    }
}

extension JSONValue {
    /// Whether it tells what a filter has found, beside an answer
    /// (https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-streaming).
    fileprivate var hasFilterResults: Bool {
        self["content_filter_results"] != nil || self["content_filter_offsets"] != nil
    }
}
