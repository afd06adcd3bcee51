/// The lines of Ollama's chat protocol (https://github.com/ollama/ollama/blob/main/docs/api.md).

/// Writes the lines of one chat.
struct ChatLines {
    let model: String

    // Always the same: a test that compares lines needs no clock.
    static let time = "2026-01-02T03:04:05.123456789Z"

    func token(_ text: String) -> String { line(content: text) { $0.add("done", false) } }

    func thinking(_ text: String) -> String { line(content: "", thinking: text) { $0.add("done", false) } }

    /// The last line. Durations are in nanoseconds; as in Go's `omitempty`, what is zero is left out.
    func done(
        content: String = "", thinking: String = "", reason: String, promptTokens: Int = 0, completionTokens: Int = 0
    ) -> String {
        line(content: content, thinking: thinking) { json in
            json.add("done", true)
            json.add("done_reason", reason)
            guard promptTokens > 0 || completionTokens > 0 else { return }
            let (load, prompt, completion) = (1_000_000, promptTokens * 2_000_000, completionTokens * 30_000_000)
            json.addUnlessZero("total_duration", load + prompt + completion)
            json.addUnlessZero("load_duration", load)
            json.addUnlessZero("prompt_eval_count", promptTokens)
            json.addUnlessZero("prompt_eval_duration", prompt)
            json.addUnlessZero("eval_count", completionTokens)
            json.addUnlessZero("eval_duration", completion)
        }
    }

    static func error(_ message: String) -> String { StubJSON { $0.add("error", message) }.text }

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
