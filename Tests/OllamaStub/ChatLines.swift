/// What an answer looks like on its way out.

/// Writes the pieces of one answer. Each piece is whole, with the line ends that belong to it.
protocol ChatLines: Sendable {
    /// The `Content-Type` of an answer in pieces.
    var streamedType: String { get }

    /// A piece of the answer.
    func token(_ text: String) -> String

    /// A piece of the model's thoughts.
    func thinking(_ text: String) -> String

    /// All that comes after the last token of an answer in pieces.
    func done(_ end: ChatEnd) -> String

    /// An answer in one piece.
    func whole(content: String, thinking: String, _ end: ChatEnd) -> String

    /// An error in the middle of an answer in pieces.
    func errorLine(_ message: String) -> String

    /// The body of a refusal.
    func refusal(_ status: Int, _ message: String) -> String
}

/// Why an answer is over, and what it took.
struct ChatEnd: Sendable {
    var reason: String
    var promptTokens = 0
    var completionTokens = 0
}
