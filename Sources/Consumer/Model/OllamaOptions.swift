/// Where the model is, and how long it may take.
import Common

/// Settings of the Ollama responder.
struct OllamaOptions: Sendable {
    var servers: [String]
    var model: String
    var connectTimeout = Duration.seconds(5)
    /// Until the first token: loading the model, waiting its turn and reading the prompt are in it.
    var firstTokenTimeout = Duration.seconds(120)
    /// Between two tokens.
    var tokenTimeout = Duration.seconds(30)
    var answerTimeout = Duration.seconds(300)
    /// The model's context, in tokens. One constant: another value in a request makes Ollama load the model anew.
    var contextTokens = 8192
    /// The longest answer, in tokens.
    var answerTokens = 512
    var keepAlive = "10m"

    /// The most bytes the conversation may have in the prompt, so that prompt and answer fit the context.
    var promptBudget: Int { (contextTokens - answerTokens - 256) * Prompt.bytesPerToken }

    /// Reads a list of servers as people write them: comma-separated, with or without `http://` and a port.
    ///
    /// As Ollama's own client does: no scheme means http and port 11434, and a server that listens on all addresses
    /// (`0.0.0.0`, `[::]`) is reached on the loopback one.
    static func servers(_ text: String) -> [String] {
        let names = text.split(separator: ",").map { $0.trimmingPrefix(while: \.isWhitespace) }
        return names.allSatisfy(\.isEmpty) ? [server("")] : names.filter { !$0.isEmpty }.map { server($0) }
    }

    private static func server(_ text: some StringProtocol) -> String {
        var rest = String(text)
        while let last = rest.last, last.isWhitespace || last == "/" { rest.removeLast() }
        let scheme = ["http://", "https://"].first { rest.lowercased().hasPrefix($0) }
        rest = String(rest.dropFirst(scheme?.count ?? 0))
        let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
        rest.removeLast(path.count)
        var (host, port) = (rest, "")
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
            host = String(rest[..<colon])
            port = String(rest[colon...])
        }
        if host == "0.0.0.0" || host.isEmpty { host = "127.0.0.1" }
        if host == "[::]" { host = "[::1]" }
        if port.isEmpty && scheme == nil { port = ":11434" }
        return (scheme ?? "http://") + host + port + path
    }
}
