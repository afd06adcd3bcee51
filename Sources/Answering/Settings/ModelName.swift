/// Names of models.

/// What people call a model, and what Ollama calls it.
package enum ModelName {
    /// The installed model for the one wanted: itself, with the tag `latest` where none is given, in another case, with the
    /// name of Ollama's own registry in front or without it, or, for the common misspelling `quen:…`, Ollama's `qwen:…`. A file's
    /// name counts without the folders before it.
    package static func find(_ wanted: String, among installed: [String]) -> String? {
        let candidates = [wanted, pullable(wanted)].flatMap { isTagged($0) ? [$0] : [$0, $0 + ":latest"] }
        if let same = candidates.first(where: installed.contains) { return same }
        let plain = candidates.map(plain)
        return plain.lazy.compactMap { candidate in installed.first { Self.plain($0) == candidate } }.first
    }

    /// A name without what may be left out of it.
    private static func plain(_ name: String) -> String {
        var name = name.lowercased()
        for prefix in ["registry.ollama.ai/", "ollama.com/", "library/"] where name.hasPrefix(prefix) {
            name.removeFirst(prefix.count)
        }
        return name
    }

    /// Whether a tag stands behind the name; a colon before the last slash is a port.
    private static func isTagged(_ name: String) -> Bool { (name.split(separator: "/").last ?? "").contains(":") }

    /// The name under which Ollama's library has the model.
    package static func pullable(_ wanted: String) -> String {
        wanted == "quen" || wanted.hasPrefix("quen:") ? "qwen" + wanted.dropFirst(4) : wanted
    }

    /// Whether a model of that name would run on somebody else's machine: Ollama sends such prompts to its cloud.
    package static func isRemote(_ name: String) -> Bool {
        var name = name.lowercased()[...]
        while name.last == "/" { name.removeLast() }
        if name.hasSuffix(":latest") { name.removeLast(":latest".count) }
        return name.hasSuffix(":cloud") || name.hasSuffix("-cloud")
    }
}
