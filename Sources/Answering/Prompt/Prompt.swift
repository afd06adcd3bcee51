/// What the model is asked.
import Chat

/// The question about a window, in the words for one server.
package struct Prompt: Hashable, Sendable {
    /// A token is at least about this many bytes of the languages that banks' customers write; estimating low keeps a
    /// prompt inside the model's context, which Ollama would otherwise cut without a word.
    static let bytesPerToken = 3

    /// What is sent, in order. The last one is the user's.
    package let turns: [Turn]
    /// The conversation, with a line for each message and who says it in front, and in the seed form the words around it: what
    /// an answer is compared with.
    package let text: String
    /// What the model is told before everything else, to know an answer that is no more than that.
    var told: String { turns.filter { $0.role == .system }.map(\.content).joined(separator: "\n") }
    /// The longest answer that there is room for beside it, in tokens; nil: as long as any other.
    let answerTokens: Int?
    /// What the conversation takes of it, in bytes.
    let conversationSize: Int
    /// The window alone was too long: its oldest messages aren't in it.
    let isCut: Bool

    /// Words that are asked as they are.
    package init(_ text: String) {
        turns = [Turn(.user, text)]
        self.text = text
        (answerTokens, conversationSize, isCut) = (nil, 0, false)
    }

    /// - Parameters:
    ///   - room: the most bytes that the conversation may have; the oldest messages are left out first.
    ///   - answerTokens: the longest answer that there is room for, where it isn't the usual one.
    ///   - options: the form, and the words around the conversation.
    init(_ question: Question, room: Int, answerTokens: Int? = nil, _ options: ModelOptions) {
        let lines = KeptLines(
            question.messages, history: question.history, room: room / options.words.copies, marks: options.form.marks)
        let words = options.words.filled { question.text(at: $0, lines) }
        switch options.form {
        case .seed:
            text = words
            turns = (options.systemPrompt.map { [Turn(.system, $0)] } ?? []) + [Turn(.user, words)]
        case .chat:
            // One turn: some servers take no more, nor do the templates of some models.
            let system = [options.systemPrompt ?? "", words].filter { !$0.isEmpty }.joined(separator: "\n\n")
            text = lines.all.map(\.titled).joined(separator: "\n")
            turns = (system.isEmpty ? [] : [Turn(.system, system)]) + PromptForm.turns(lines.all)
        }
        self.answerTokens = answerTokens
        conversationSize = lines.all.reduce(0) { $0 + $1.size + options.form.marks } * options.words.copies
        isCut = lines.isCut
    }

    /// Whether a server has read much less than it was sent: it cuts a prompt that doesn't fit its context, without a word
    /// (https://github.com/ollama/ollama/issues/3839). Its count is held against four bytes a token, and only where the prompt
    /// is long enough for any context to be too small.
    ///
    /// - Parameter tokens: the server's count; servers leave it out when it is zero, and then nothing is known.
    static func wasCut(_ prompt: String, tokens: Int?) -> Bool {
        guard let tokens, tokens > 0 else { return false }
        let estimate = prompt.utf8.count / 4
        return estimate >= 1000 && tokens < estimate / 2
    }
}
