/// What a question can do without.

/// A part of a request that a server may refuse, and that isn't needed for an answer.
enum OptionalPart: String, Hashable, CaseIterable, Sendable {
    /// Asks for the number of tokens.
    case streamOptions = "stream_options"
    case seed, temperature
    /// The older name of the longest answer's length; without it, `max_completion_tokens` is sent.
    case maxTokens = "max_tokens"
    case maxCompletionTokens = "max_completion_tokens"
    case think
    case keepAlive = "keep_alive"
    case contextLength = "num_ctx"
    /// Ollama's place for most of them.
    case options
    /// The answer in pieces.
    case stream
    /// A turn of its own for the system prompt, which some models' templates don't know: without it, it stands in front of the
    /// first turn of the user's.
    case systemRole = "system role"

    /// Those that a refusal is about.
    ///
    /// - Parameters:
    ///   - status: a refusal for another reason isn't about the request's parts.
    ///   - body: what the server says, in whatever form.
    static func refused(status: Int, body: String) -> Set<OptionalPart> {
        guard [400, 404, 415, 422, 500, 501].contains(status) else { return [] }
        let body = body.lowercased()
        // What is wrong with a model, or with the length of the prompt, has nothing to do with them.
        guard !body.contains("context length") && !body.contains("context size") && !body.contains("context window")
        else {
            return []
        }
        // The longest name that fits: `stream` stands in `stream_options`.
        var rest = body
        var named: Set<OptionalPart> = []
        for part in allCases.sorted(by: { $0.rawValue.count > $1.rawValue.count }) where rest.contains(part.rawValue) {
            rest = rest.replacing(part.rawValue, with: "")
            // An ordinary word, unless it is quoted.
            if part == .options, !["\"options\"", "'options'", "`options`"].contains(where: body.contains) { continue }
            named.insert(part)
        }
        // Ollama says this of `keep_alive`.
        if body.contains("invalid duration") { named.insert(.keepAlive) }
        // A server that wants the newer name for a length says so.
        if named.contains(.maxTokens) { named.remove(.maxCompletionTokens) }
        // A model that isn't there may be called "think" or "stream" of something.
        if status == 404 || status == 500 {
            return named.filter { [.streamOptions, .maxTokens, .systemRole].contains($0) }
        }
        // About parts of the request, without a name: it is asked for the least.
        if named.isEmpty && unnamed.contains(where: body.contains) {
            return [.streamOptions, .seed, .temperature, .think, .keepAlive]
        }
        return named
    }

    private static let unnamed = [
        "extra inputs", "extra field", "unknown field", "unknown parameter", "unknown argument", "unknown key",
        "unrecognized",
        "unrecognised", "unexpected field", "unexpected keyword", "unsupported parameter", "unsupported field",
        "unsupported argument", "invalid parameter", "invalid field", "invalid request body", "additional properties",
        "not permitted",
    ]
}

extension Prompt {
    /// What is sent where some parts of a request aren't.
    func turns(without parts: Set<OptionalPart>) -> [Turn] {
        guard parts.contains(.systemRole), let system = turns.first, system.role == .system else { return turns }
        guard turns.count > 1 else { return [Turn(.user, system.content)] }
        return [Turn(.user, system.content + "\n\n" + turns[1].content)] + turns.dropFirst(2)
    }
}
