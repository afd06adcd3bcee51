/// The two forms in which a model is asked.
import Chat

/// How a conversation is put to a model.
public enum PromptForm: String, Sendable, CaseIterable {
    /// One text that holds the conversation and the question about it.
    case seed
    /// A system prompt, and the conversation as the chat that it is: the model speaks for the RM.
    case chat

    /// What a chat model is told about its part, unless something else is.
    static let part = """
        You are a relationship manager (RM) at a bank, in a chat with a customer. Write the RM's next message: natural, \
        helpful, brief, and in the customer's language. Don't invent figures, names or terms, and don't promise \
        anything. Write the message alone, without a name in front of it and without comments.
        """

    /// Stands before a conversation that the RM begins. Templates of chat models such as Mistral's and Gemma's refuse one whose
    /// first turn isn't the user's.
    static let before = "…"

    /// Stands behind a conversation in which the RM has spoken last. Most servers would take the RM's words for the beginning of
    /// the answer, and some refuse them.
    static let nothingYet =
        "[The customer hasn't replied yet. Write the RM's next message, in the language of the conversation.]"

    /// So many bytes a message may cost beside its line, for what a model's template puts around a turn.
    var marks: Int { self == .chat ? 12 : 0 }

    /// What stands around the conversation in any case, in bytes.
    var frame: Int { self == .chat ? Self.before.utf8.count + Self.nothingYet.utf8.count : 0 }

    /// The turns of a conversation: the customer is the user, the RM the assistant. Messages of the same sender in a row are one
    /// turn, a line each. The first turn is the user's, and so is the last.
    static func turns(_ lines: [PromptLine]) -> [Turn] {
        var turns: [(role: Turn.Role, lines: [String])] = []
        for line in lines {
            let role: Turn.Role = line.sender == .customer ? .user : .assistant
            if turns.last?.role == role {
                turns[turns.count - 1].lines.append(line.text)
            } else {
                turns.append((role, [line.text]))
            }
        }
        if turns.first?.role == .assistant { turns.insert((.user, [before]), at: 0) }
        if turns.last?.role != .user { turns.append((.user, [nothingYet])) }
        return turns.map { turn in
            let text = turn.lines.joined(separator: "\n")
            // Some servers refuse a turn without anything in it.
            return Turn(turn.role, text.allSatisfy(\.isWhitespace) ? before : text)
        }
    }
}
