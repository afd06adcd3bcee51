/// What a stub does while it answers.

/// One thing that happens in an answer. When the steps of an answer have run out, its body ends.
public enum Step: Sendable {
    /// A whole response of its own; nothing comes before or after it.
    case status(Int, String, headers: [String: String] = [:])
    /// A refusal in the words of the protocol that was spoken to: `{"error":"…"}` for Ollama, and for OpenAI an
    /// object with message and type. Nothing comes before or after it.
    case error(Int, String)
    /// A piece of the answer.
    case token(String)
    /// A piece of the model's thoughts.
    case thinking(String)
    /// The last line. In Ollama's own protocol, counts of zero are left out. In OpenAI's, they stay, and an answer in
    /// pieces has counts only if the request wants them.
    case done(reason: String = "stop", promptTokens: Int = 26, completionTokens: Int = 5)
    /// An error after the answer has begun: a line in the body, and the body ends. Before that it is a status 500.
    case errorLine(String)
    /// Bytes as they are, in a chunk of their own.
    case raw([UInt8])
    /// Silence, until the gate is opened or the client hangs up.
    case wait(Gate)
    /// Opens a gate, for a test that waits until all before this has been sent.
    case open(Gate)
    /// From here on, each token comes that long after the one before.
    case drip(interval: Duration)
    /// The body ends, whether or not there was a last line.
    case close
    /// The connection is cut with a TCP reset.
    case reset
}

extension Step {
    /// What Ollama says when too many requests wait. There really are two spaces.
    public static let busy = Step.error(503, "server busy, please try again.  maximum pending requests exceeded")

    /// Text as it is, in a chunk of its own.
    public static func chunk(_ text: String) -> Step { .raw(Array(text.utf8)) }
}
