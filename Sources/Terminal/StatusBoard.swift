/// Between the thread that follows, which knows of answers, and the one that shows them.
import Synchronization
import Records
import Threads

/// The status line as it stands. Safe to use from anywhere.
final class StatusBoard: Sendable {
    private let status = Mutex(StatusLine())
    private let wakeup: Wakeup

    /// - Parameter wakeup: signalled when an answer is under way and none was, and when the last one has ended.
    init(wakeup: Wakeup) { self.wakeup = wakeup }

    /// A question is under way.
    func asked(_ asked: Asked) { change { $0.asked(asked, at: .now) } }

    /// A piece of an answer has come.
    func token(_ token: Token) { change { $0.token(token.index, of: token.id, sessionID: token.sessionID, at: .now) } }

    /// An entry is out.
    func isOut(_ entryID: String) { change { $0.isOut(entryID) } }

    /// Another workspace has begun.
    func forget() { change { $0.forget() } }

    /// What to show in so many columns now; nil where no answer is under way.
    func line(columns: Int) -> String? { status.withLock { $0.text(columns: columns, at: .now) } }

    private func change(_ body: (inout StatusLine) -> Void) {
        let hasTurned = status.withLock { status in
            let wasIdle = status.isIdle
            body(&status)
            return status.isIdle != wasIdle
        }
        // In between whoever shows looks by himself, and isn't woken for each piece.
        if hasTurned { wakeup.signal() }
    }
}
