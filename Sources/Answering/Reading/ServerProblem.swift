/// What a server says is wrong.

/// One reader for errors wherever they stand: in a refusal, in an answer with status 200, in a stream.
enum ServerProblem {
    /// What a value of JSON says is wrong; nil where it says nothing of that sort. An answer may have an empty error beside it.
    ///
    /// - Parameter isError: it is known to be about an error: then a bare message counts, too.
    static func message(in value: JSONValue, isError: Bool = false) -> ServerText? {
        if case .array(let choices)? = value["choices"] {
            // In place of a piece of the answer.
            let errors = choices.lazy.compactMap { $0["error"] ?? $0["delta"]?["error"] }.filter(\.hasContent)
            if let text = errors.compactMap(words).first { return ServerText(text) }
        }
        if let text = numbered(value) { return ServerText(text) }
        // One without a word is one all the same.
        if let error = value.first("error", "errors", "Error", "err", "errorMessage"), error.isProblem {
            return problem(in: error)
        }
        let isFailure = value["success"].map { $0.hasContent && !$0.isTrue } ?? false
        let isError =
            isError || isFailure || value["object"]?.text == "error" || value["type"]?.text == "error"
            || value["status"]?.text?.lowercased() == "error"
            || value["code"]?.count.map { 400...599 ~= $0 } == true && value.first("choices", "message") == nil
        guard isError || value.first("choices", "message", "delta", "usage", "done") == nil else {
            return isBareMessage(value) ? words(in: value).map { ServerText($0) } : nil
        }
        if isError { return problem(in: value) }
        return value.first("detail", "error_message").flatMap(words).map { ServerText($0) }
    }

    /// What is known to be an error: its words, or the number that it is or has.
    private static func problem(in value: JSONValue) -> ServerText {
        if let text = words(in: value) { return ServerText(text) }
        let number = [value, value["code"], value["status"], value["error_code"]].lazy.compactMap { $0?.count }.first
        return ServerText(number.map { "error \($0)" } ?? "an error without a word")
    }

    /// The status of HTTP that an error names where it doesn't come as one; nil where it names none.
    static func status(in value: JSONValue) -> Int? {
        let error = value.first("error", "errors")
        switch error?["type"]?.text {
        case "rate_limit_error"?, "rate_limit_exceeded"?: return 429
        case "overloaded_error"?, "unavailable_error"?: return 503
        default: break
        }
        if let text = message(in: value), Refusal.isLoading("\(text)") { return 503 }
        return [error?["code"], error?["status"], value["code"], value["status"]].lazy
            .compactMap { $0?.count }.first { 400...599 ~= $0 }
    }

    /// The words of servers that say with a number whether all is well.
    private static func numbered(_ value: JSONValue) -> String? {
        if let code = value["error_code"]?.count, code != 0 {
            return value.first("error_msg", "message", "text")?.text ?? "error \(code)"
        }
        if let state = value["base_resp"], let code = state["status_code"]?.count, code != 0 {
            return state["status_msg"]?.text ?? "status \(code)"
        }
        return nil
    }

    /// Whether there is a message as text and nothing that belongs to an answer, where it is an object or a text of its own.
    private static func isBareMessage(_ value: JSONValue) -> Bool {
        // How far it is, while it isn't done.
        let state = value["status"]?.text?.lowercased() ?? ""
        if ["pending", "queued", "processing", "loading", "starting", "in_progress", "waiting"].contains(state) {
            return false
        }
        // Words for a reader, beside an answer.
        let type = value["type"]?.text?.lowercased() ?? ""
        if asides.contains(type) || value.first("warning", "warnings", "info", "notice") != nil { return false }
        return value["message"]?.text != nil && value.first("choices", "delta", "usage", "done", "content") == nil
    }

    private static let asides: Set<String> = [
        "status", "warning", "info", "notice", "ping", "progress", "log", "debug", "heartbeat", "keepalive",
    ]

    /// The words in an error: a text, or the first of the fields that usually hold one.
    private static func words(in value: JSONValue) -> String? {
        switch value {
        case .string(let text): return text.isEmpty ? nil : text
        case .array(let elements): return elements.lazy.compactMap(words).first
        case .object:
            for key in ["message", "detail", "error_message", "msg", "error", "description", "title", "reason"] {
                if let text = value[key].flatMap(words) { return text }
            }
            // An error may be no more than its kind.
            return value.first("code", "type", "status")?.text
        default: return nil
        }
    }
}
