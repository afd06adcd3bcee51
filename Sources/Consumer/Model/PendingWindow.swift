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

    /// Whose answers have to come in order.
    struct Session: Hashable, Sendable {
        let stream: String
        let id: String
    }

    var session: Session { Session(stream: closed.stream, id: closed.sessionID) }

    /// The window's entry, with its answer.
    func entry(response: Response, timing: Timing) -> WorkspaceEntry {
        WorkspaceEntry(
            stream: closed.stream, sessionID: closed.sessionID, window: closed.window, revision: closed.revision,
            trigger: closed.trigger, conversation: closed.conversation, response: response, timing: timing, lost: lost)
    }
}
