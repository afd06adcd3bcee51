/// How much a model on a server takes.

/// The length of a model's context, prompt and answer together, in tokens, as servers tell it. Each has a name of its own for it.
enum ContextLength {
    /// What is less than this isn't one: a conversation has no room there, and some servers say 0 for what they don't know.
    private static let plausible = 128...100_000_000

    /// As an entry of OpenAI's list has it. What the server was started with goes before what the model was trained for.
    static func listed(_ model: JSONValue) -> Int? {
        let meta = model["meta"]
        return first([
            // LM Studio, llama.cpp, vLLM, and what gateways have.
            model["loaded_context_length"], meta?["n_ctx"], model["n_ctx"], model["max_model_len"],
            model["context_window"], model["context_length"], model["max_context_length"],
        ])
    }

    /// As Ollama's description of a model has it: what the model was trained for, or less where its own parameters say so.
    static func shown(_ description: JSONValue) -> Int? {
        var lengths: [Int] = []
        if case .object(let info)? = description["model_info"] {
            // The name begins with the architecture's.
            lengths += info.filter { $0.key.hasSuffix(".context_length") }.values.compactMap(checked)
        }
        lengths += parameters(description["parameters"]).compactMap(checked)
        return lengths.min()
    }

    /// The values of `num_ctx` in a model's parameters, which come as lines of names and values, or as an object.
    private static func parameters(_ parameters: JSONValue?) -> [JSONValue] {
        guard let text = parameters?.text else { return [parameters?["num_ctx"]].compactMap(\.self) }
        return text.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.count == 2 && words[0] == "num_ctx" ? .string(String(words[1])) : nil
        }
    }

    private static func first(_ values: [JSONValue?]) -> Int? { values.lazy.compactMap { $0.flatMap(checked) }.first }

    private static func checked(_ value: JSONValue) -> Int? { value.count.flatMap(checked) }

    fileprivate static func checked(_ tokens: Int) -> Int? { plausible.contains(tokens) ? tokens : nil }
}

extension ModelFailure {
    /// What a server has said of the prompt's length, be it as a refusal or in place of an answer; nil where it is about something
    /// else.
    var overflow: ContextOverflow? {
        switch self {
        case .refusal(let refusal):
            refusal.overflow ?? ContextOverflow(status: refusal.status, body: "\(refusal.message)")
        case .brokeOff(let words): ContextOverflow(status: 400, body: "\(words)")
        default: nil
        }
    }
}

/// A server's word that a prompt is too long for it.
struct ContextOverflow: Hashable, Sendable {
    /// The context that it names; nil where it names none.
    let contextTokens: Int?

    /// - Parameters:
    ///   - status: one for another kind of problem isn't looked at any further.
    ///   - body: what the server says, in whatever form.
    /// - Returns: nil where it is about something else.
    init?(status: Int, body: String) {
        guard [400, 413, 422, 500].contains(status) else { return nil }
        // No more is looked at: a server may send back all that it was asked.
        let body = String(body.prefix(4096)).lowercased()
        guard Self.words.contains(where: body.contains) else { return nil }
        let match = body.firstMatch(of: Self.field) ?? body.firstMatch(of: Self.sentence)
        contextTokens = match.flatMap { Int($0.output.1) }.flatMap(ContextLength.checked)
    }

    /// Of llama.cpp, OpenAI, vLLM, llama-cpp-python, SGLang, TGI and gateways.
    private static let words = [
        "exceed_context_size", "context_length_exceeded", "context_window_exceeded", "context_exceeded",
        "context length", "context size", "context window", "maximum model length", "prompt is too long",
        "input is too long", "`inputs` tokens",
    ]

    /// llama.cpp's field.
    // A regex isn't Sendable; this one is made once, of a literal, and never changed.
    nonisolated(unsafe) private static let field = /"n_ctx"\s*:\s*"?(\d{1,9})/
    /// "maximum context length is 4096 tokens", "the available context size (8192 tokens)", "context window of 2048", "must be <= 4096".
    // So is this one.
    nonisolated(unsafe) private static let sentence =
        /(?:context length|context size|context window|model length|must be <=)[^0-9]{0,30}(\d{1,9})/
}
