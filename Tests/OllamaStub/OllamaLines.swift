/// The lines of Ollama's chat protocol (https://github.com/ollama/ollama/blob/main/docs/api.md).

/// Writes one chat as `/api/chat` does: each line is a JSON object.
struct OllamaLines: ChatLines {
    let model: String
    let streamedType = "application/x-ndjson"

    // Always the same: a test that compares lines needs no clock.
    static let time = "2026-01-02T03:04:05.123456789Z"

    func token(_ text: String) -> String { line(content: text) { $0.add("done", false) } + "\n" }

    func thinking(_ text: String) -> String { line(content: "", thinking: text) { $0.add("done", false) } + "\n" }

    func done(_ end: ChatEnd) -> String { last(end) + "\n" }

    func whole(content: String, thinking: String, _ end: ChatEnd) -> String {
        last(content: content, thinking: thinking, end) + "\n"
    }

    func errorLine(_ message: String) -> String { error(message) + "\n" }

    func refusal(_ status: Int, _ message: String) -> String { error(message) }

    /// The last line, without its end. Durations are in nanoseconds; as in Go's `omitempty`, what is zero is left out.
    func last(content: String = "", thinking: String = "", _ end: ChatEnd) -> String {
        line(content: content, thinking: thinking) { json in
            json.add("done", true)
            json.add("done_reason", end.reason)
            guard end.promptTokens > 0 || end.completionTokens > 0 else { return }
            let load = 1_000_000
            let (prompt, completion) = (end.promptTokens * 2_000_000, end.completionTokens * 30_000_000)
            json.addUnlessZero("total_duration", load + prompt + completion)
            json.addUnlessZero("load_duration", load)
            json.addUnlessZero("prompt_eval_count", end.promptTokens)
            json.addUnlessZero("prompt_eval_duration", prompt)
            json.addUnlessZero("eval_count", end.completionTokens)
            json.addUnlessZero("eval_duration", completion)
        }
    }

    private func error(_ message: String) -> String { StubJSON { $0.add("error", message) }.text }

    private func line(content: String, thinking: String = "", _ rest: (inout StubJSON) -> Void) -> String {
        let message = StubJSON { json in
            json.add("role", "assistant")
            json.add("content", content)
            if !thinking.isEmpty { json.add("thinking", thinking) }
        }
        return StubJSON { json in
            json.add("model", model)
            json.add("created_at", Self.time)
            json.add("message", message)
            rest(&json)
        }.text
    }
}
