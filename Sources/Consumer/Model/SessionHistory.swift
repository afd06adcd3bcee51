/// What was said before a window.
import Common
import DequeModule

/// The last messages of each session, for a bounded number of sessions: those silent longest are forgotten.
struct SessionHistory {
    private static let sessionLimit = 10_000

    private struct Past {
        var messages: Deque<ChatMessage> = []
        var lastUse = 0
    }

    private let limit: Int
    private var past: [PendingWindow.Session: Past] = [:]
    private var uses = 0

    /// - Parameter limit: messages kept of each session; 0: none.
    init(limit: Int) { self.limit = limit }

    /// The messages before the window that is coming, oldest first.
    func before(_ session: PendingWindow.Session) -> [ChatMessage] { Array(past[session]?.messages ?? []) }

    /// A window's messages have been said.
    mutating func append(_ messages: [ChatMessage], to session: PendingWindow.Session) {
        guard limit > 0 else { return }
        uses += 1
        past[session, default: Past()].lastUse = uses
        past[session, default: Past()].messages.append(contentsOf: messages.suffix(limit))
        let surplus = (past[session]?.messages.count ?? 0) - limit
        if surplus > 0 { past[session]?.messages.removeFirst(surplus) }
        if past.count > Self.sessionLimit { forgetHalf() }
    }

    /// Forgets the half that has been silent longest; done rarely, so that a sort is cheap.
    private mutating func forgetHalf() {
        let middle = past.values.map(\.lastUse).sorted()[past.count / 2]
        past = past.filter { $0.value.lastUse > middle }
    }
}
