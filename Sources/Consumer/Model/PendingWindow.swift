/// A window on its way to its answer.
import Common
import Streaming

/// A closed window that has no entry yet.
struct PendingWindow: Sendable {
    let closed: ClosedWindow
    /// Messages of its stream known to be lost when it closed.
    let lost: UInt64
    let closedAt = ContinuousClock.now

    init(_ closed: ClosedWindow, lost: UInt64) {
        self.closed = closed
        self.lost = lost
    }

    /// Whose answers have to come in order. Told apart by bytes: strings count as equal when they only look so, and one
    /// customer's words must never get into another's prompt.
    struct Session: Hashable, Sendable {
        private let bytes: [UInt8]

        init(stream: String, id: String) {
            // FF is in no UTF-8 text.
            bytes = Array(stream.utf8) + [0xFF] + Array(id.utf8)
        }
    }

    var session: Session { Session(stream: closed.stream, id: closed.sessionID) }

    /// The window's entry, with its answer.
    func entry(response: Response, timing: Timing) -> WorkspaceEntry {
        WorkspaceEntry(
            stream: closed.stream, sessionID: closed.sessionID, window: closed.window, revision: closed.revision,
            trigger: closed.trigger, conversation: closed.conversation, response: response, timing: timing, lost: lost)
    }
}
