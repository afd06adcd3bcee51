/// What happened to a window on its way.
import Records
import Synchronization

/// The steps that a window took until its entry was out, with their times. It goes with the entry, and is made only where somebody
/// wants traces. Safe to use from anywhere.
package final class EntryTrace: Sendable {
    package let entry: WorkspaceEntry
    package let cameOut: Moment
    /// When its turn had come.
    package let asked: Moment
    package let attempts: [Attempt]
    /// Its session isn't named in traces.
    package let hidesSession: Bool
    /// When its commit began and ended.
    private let commit = Mutex<(began: Moment, ended: Moment)?>(nil)

    package init(
        _ entry: WorkspaceEntry, cameOut: Moment, asked: Moment, attempts: [Attempt], hidesSession: Bool = false
    ) {
        (self.entry, self.cameOut, self.asked, self.attempts) = (entry, cameOut, asked, attempts)
        self.hidesSession = hidesSession
    }

    package func committed(from began: Moment, to ended: Moment = .now) { commit.withLock { $0 = (began, ended) } }

    package var committing: (began: Moment, ended: Moment)? { commit.withLock { $0 } }
}
