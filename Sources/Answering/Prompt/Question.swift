/// What a responder is asked.
import Chat
import Streaming

/// A window and what was said before it. Which of it goes to a server, and in which words, depends on the server: its context may
/// be smaller than another's.
public struct Question: Sendable {
    /// The window's messages, in order.
    public let messages: [ChatMessage]
    /// Messages of the session from before the window, in order.
    public let history: [ChatMessage]
    public let sessionID: String
    /// The session as a model may be told of it.
    var shownSessionID: String
    public let window: Window?

    public init(
        _ messages: [ChatMessage], history: [ChatMessage] = [], sessionID: String = "", window: Window? = nil
    ) {
        self.messages = messages
        self.history = history
        self.sessionID = sessionID
        shownSessionID = sessionID
        self.window = window
    }

    /// The window's messages, packed.
    public var conversation: Conversation { Conversation(messages) }

    /// The words for a server.
    ///
    /// - Parameters:
    ///   - tokens: the server's own context; nil where it isn't known.
    ///   - room: the most bytes that the conversation may have, where that is less than the context leaves.
    package func prompt(_ options: ModelOptions, within tokens: Int? = nil, room: Int = .max) -> Prompt {
        Prompt(
            self, room: min(room, options.promptBudget(within: tokens)),
            answerTokens: options.answerTokens(within: tokens), options)
    }

    /// What stands at a place of a template.
    func text(at place: PromptTemplate.Place, _ lines: KeptLines) -> String {
        func joined(_ lines: [PromptLine]) -> String { lines.map(\.titled).joined(separator: "\n") }
        return switch place {
        case .conversation: joined(lines.all)
        case .history: joined(lines.history)
        case .window: joined(lines.window)
        case .sessionID: PromptLine.oneLine(String(shownSessionID.prefix(200)))
        case .windowStart: window.map { "\($0.start)" } ?? ""
        case .windowEnd: window.map { "\($0.end)" } ?? ""
        }
    }
}
