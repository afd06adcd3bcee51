/// What follows from an event.
import Records
import Storage
import Streaming

/// What follows from one event, or from a part of it.
package struct Outcome: Sendable {
    /// What is made durable: the event as a row of the journal, with its first part, and what it means for its stream.
    package var commit = Commit()
    /// Late and rejected records.
    package var records: [WorkspaceRecord] = []
    package var windows: [PendingWindow] = []
    /// What has changed about early results that are about to come out. It is true behind the windows, and isn't kept.
    package var upcoming: [UpcomingTurns.Change] = []
    package var counts = Counts()
    package var inputs = Inputs()
    /// A stream that isn't what it was.
    package var refused: String?

    package init(
        commit: Commit = Commit(), records: [WorkspaceRecord] = [], windows: [PendingWindow] = [],
        inputs: Inputs = Inputs()
    ) {
        self.commit = commit
        self.records = records
        self.windows = windows
        self.inputs = inputs
    }
}

/// How far the inputs are.
package struct Inputs: Hashable, Sendable {
    /// Every stream has ended, and no endpoint is without one.
    package var haveEnded = false
    /// This process has heard from every endpoint: whoever publishes there next isn't waited for.
    package var areHeard = false

    package init(haveEnded: Bool = false, areHeard: Bool = false) {
        self.haveEnded = haveEnded
        self.areHeard = areHeard
    }
}
