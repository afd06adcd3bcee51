/// Names of models.

/// What people call a model, and what Ollama calls it.
package enum ModelName {
    /// The installed model for the one wanted: itself, with the tag `latest` where none is given, or, for the common
    /// misspelling `quen:…`, Ollama's `qwen:…`.
    package static func find(_ wanted: String, among installed: [String]) -> String? {
        let candidates = [wanted, pullable(wanted)].flatMap { $0.contains(":") ? [$0] : [$0, $0 + ":latest"] }
        return candidates.first(where: installed.contains)
    }

    /// The name under which Ollama's library has the model.
    package static func pullable(_ wanted: String) -> String {
        wanted == "quen" || wanted.hasPrefix("quen:") ? "qwen" + wanted.dropFirst(4) : wanted
    }

    /// Whether a model of that name would run on somebody else's machine: Ollama sends such prompts to its cloud.
    package static func isRemote(_ name: String) -> Bool { name.hasSuffix(":cloud") || name.hasSuffix("-cloud") }
}
