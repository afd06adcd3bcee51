/// What was said before a window.
import Chat
import DequeModule
import Streaming

/// The last messages of each session, for a bounded number of sessions: those silent longest are forgotten.
public struct SessionHistory {
    private static let sessionLimit = 10_000

    private struct Past {
        /// By timestamp, ties by arrival.
        var messages: Deque<ChatMessage> = []
        var lastUse = 0

        mutating func insert(_ message: ChatMessage) {
            // Nearly always it is the last.
            let place = messages.lastIndex { !message.precedes($0) }.map { $0 + 1 } ?? 0
            if place > 0 && messages[place - 1].sequence == message.sequence { return }
            messages.insert(message, at: place)
        }
    }

    private let limit: Int
    private var past: [SessionKey: Past] = [:]
    private var uses = 0

    /// - Parameter limit: messages kept of each session; 0: none.
    public init(limit: Int) { self.limit = limit }

    /// The last messages that were said before a window, oldest first. What is in the window itself isn't among them:
    /// windows overlap, and come out again.
    public func before(_ window: [ChatMessage], of session: SessionKey) -> [ChatMessage] {
        guard let messages = past[session]?.messages, let first = window.first else { return [] }
        return messages[..<(messages.firstIndex { !$0.precedes(first) } ?? messages.endIndex)].suffix(limit)
    }

    /// A window's messages have been said; those that are known already stay as they are.
    public mutating func append(_ window: [ChatMessage], to session: SessionKey) {
        guard limit > 0 else { return }
        uses += 1
        var known = past.removeValue(forKey: session) ?? Past()
        known.lastUse = uses
        for message in window { known.insert(message) }
        // Windows that overlap this one may need as many messages from before it.
        let surplus = known.messages.count - limit - window.count
        if surplus > 0 { known.messages.removeFirst(surplus) }
        past[session] = known
        if past.count > Self.sessionLimit { forgetHalf() }
    }

    /// Forgets the half that has been silent longest; done rarely, so that a sort is cheap.
    private mutating func forgetHalf() {
        let middle = past.values.map(\.lastUse).sorted()[past.count / 2]
        past = past.filter { $0.value.lastUse > middle }
    }
}

extension ChatMessage {
    /// The order of messages in a conversation.
    fileprivate func precedes(_ other: ChatMessage) -> Bool {
        (timestamp, sequence) < (other.timestamp, other.sequence)
    }
}
