/// Between the workspace, which knows of answers, and the console's thread, which shows them.
import Records
import Synchronization
import Threads

/// The status line as it stands. Safe to use from anywhere.
final class StatusBoard: Sendable {
    private let status = Mutex(StatusLine())
    private let wakeup: Wakeup

    /// - Parameter wakeup: signalled when an answer begins and none was under way, and when the last one has ended.
    init(wakeup: Wakeup) { self.wakeup = wakeup }

    /// A piece of an answer has come.
    func token(_ index: Int, of entryID: String, sessionID: String) {
        change { $0.token(index, of: entryID, sessionID: sessionID, at: .now) }
    }

    /// An entry goes out, and so many windows are left that have none.
    func isOut(_ entry: WorkspaceEntry, unanswered count: Int) {
        let id = entry.id
        change { status in
            status.isOut(id)
            status.unanswered(count)
        }
    }

    /// So many windows have come out and have no entry yet.
    func unanswered(_ count: Int) { change { $0.unanswered(count) } }

    /// What to show in so many columns now; nil where no answer is under way.
    func line(columns: Int) -> String? { status.withLock { $0.text(columns: columns, at: .now) } }

    private func change(_ body: (inout StatusLine) -> Void) {
        let hasTurned = status.withLock { status in
            let wasIdle = status.isIdle
            body(&status)
            return status.isIdle != wasIdle
        }
        // In between the console looks by itself, and isn't woken for each piece.
        if hasTurned { wakeup.signal() }
    }
}
