/// The chunks of OpenAI's chat completions, as Ollama has them
/// (https://github.com/ollama/ollama/blob/main/docs/api/openai-compatibility.mdx).

/// Writes one chat as `/v1/chat/completions` does: server-sent events, each with a JSON object.
struct OpenAILines: ChatLines {
    let model: String
    /// The chat's number, which makes its id.
    let number: Int
    /// Whether the request wants to know, in pieces, how many tokens it took.
    let wantsUsage: Bool
    let streamedType = "text/event-stream"

    // `OllamaLines.time` in seconds since 1970.
    static let time = 1_767_323_045

    func token(_ text: String) -> String { event(chunk(message(content: text), reason: nil)) }

    func thinking(_ text: String) -> String { event(chunk(message(content: "", thinking: text), reason: nil)) }

    /// The last chunk, the usage where it is wanted, and the mark of the end.
    func done(_ end: ChatEnd) -> String {
        let last = event(chunk(message(content: ""), reason: end.reason))
        return last + (wantsUsage ? event(usageChunk(end)) : "") + event("[DONE]")
    }

    func whole(content: String, thinking: String, _ end: ChatEnd) -> String {
        let choice = choice("message", message(content: content, thinking: thinking), reason: end.reason)
        return object("chat.completion") { json in
            json.add("choices", [choice])
            json.add("usage", Self.usage(end))
        } + "\n"
    }

    // By then the status has been sent: what has gone wrong is the server's fault.
    func errorLine(_ message: String) -> String { event(refusal(500, message)) }

    func refusal(_ status: Int, _ message: String) -> String {
        let error = StubJSON { json in
            json.add("message", message)
            json.add("type", Self.errorType(of: status))
            json.addNull("param")
            json.addNull("code")
        }
        return StubJSON { $0.add("error", error) }.text
    }

    private static func errorType(of status: Int) -> String {
        switch status {
        case 400: "invalid_request_error"
        case 404: "not_found_error"
        default: "api_error"
        }
    }

    private func event(_ data: String) -> String { "data: \(data)\n\n" }

    private func chunk(_ delta: StubJSON, reason: String?) -> String {
        let choice = choice("delta", delta, reason: reason)
        return object("chat.completion.chunk") { $0.add("choices", [choice]) }
    }

    private func usageChunk(_ end: ChatEnd) -> String {
        object("chat.completion.chunk") { json in
            json.add("choices", [StubJSON]())
            json.add("usage", Self.usage(end))
        }
    }

    /// What every object begins with, and the rest.
    private func object(_ kind: String, _ rest: (inout StubJSON) -> Void) -> String {
        StubJSON { json in
            json.add("id", "chatcmpl-\(number)")
            json.add("object", kind)
            json.add("created", Self.time)
            json.add("model", model)
            json.add("system_fingerprint", "fp_ollama")
            rest(&json)
        }.text
    }

    private func choice(_ name: String, _ message: StubJSON, reason: String?) -> StubJSON {
        StubJSON { json in
            json.add("index", 0)
            json.add(name, message)
            if let reason { json.add("finish_reason", reason) } else { json.addNull("finish_reason") }
        }
    }

    private func message(content: String, thinking: String = "") -> StubJSON {
        StubJSON { json in
            json.add("role", "assistant")
            json.add("content", content)
            if !thinking.isEmpty { json.add("reasoning", thinking) }
        }
    }

    private static func usage(_ end: ChatEnd) -> StubJSON {
        StubJSON { json in
            json.add("prompt_tokens", end.promptTokens)
            json.add("completion_tokens", end.completionTokens)
            json.add("total_tokens", end.promptTokens + end.completionTokens)
        }
    }
}
