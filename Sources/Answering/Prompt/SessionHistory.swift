/// What was said before a window.
import Chat
import DequeModule
import Streaming

/// The last messages of each session, for a bounded number of sessions: those silent longest are forgotten. Messages are dropped
/// in blocks of half the limit, so that what is left begins the same from window to window (see ``KeptLines``).
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
    /// So many are dropped at a time.
    private let block: Int
    private var past: [SessionKey: Past] = [:]
    private var uses = 0

    /// - Parameter limit: messages before a window at most; 0: none.
    public init(limit: Int) {
        self.limit = limit
        block = max(1, limit / 2)
    }

    /// The last messages that were said before a window, oldest first: at most the limit, and at least half of it where there have
    /// been as many. What is in the window itself isn't among them: windows overlap, and come out again.
    public func before(_ window: [ChatMessage], of session: SessionKey) -> [ChatMessage] {
        guard let messages = past[session]?.messages, let first = window.first else { return [] }
        let end = messages.firstIndex { !$0.precedes(first) } ?? messages.endIndex
        return Array(messages[whole(end - limit, roundedUp: true)..<end])
    }

    /// How many messages in whole blocks are in the way, where so many more than wanted are there.
    private func whole(_ surplus: Int, roundedUp: Bool) -> Int {
        guard surplus > 0 else { return 0 }
        return (surplus + (roundedUp ? block - 1 : 0)) / block * block
    }

    /// A window's messages have been said; those that are known already stay as they are.
    public mutating func append(_ window: [ChatMessage], to session: SessionKey) {
        guard limit > 0 else { return }
        uses += 1
        var known = past.removeValue(forKey: session) ?? Past()
        known.lastUse = uses
        for message in window { known.insert(message) }
        // Windows that overlap this one may need as many messages from before it.
        known.messages.removeFirst(whole(known.messages.count - limit - window.count, roundedUp: false))
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
