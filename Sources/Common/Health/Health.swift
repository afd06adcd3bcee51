/// Whether a program gets on.

/// Looks at what stages have noted, again and again, and says whether one of them stands. Pure: readings and the time go
/// in, a verdict comes out.
public struct Health {
    /// A stage's notes as they are now.
    struct Reading {
        let name: String
        /// How many there have been.
        let notes: UInt64
        let activity: Activity
        /// It has nothing to do, it says, and there is something.
        var hasWork = false
    }

    struct Verdict: Hashable {
        /// Every stage has nothing to do, waits as it should, or has made progress.
        let isAlive: Bool
        /// One line that says so.
        let status: String
    }

    private struct Stage {
        var notes: UInt64
        var hadWork: Bool
        /// When it was first seen like this.
        var since: Duration
    }

    /// A stage that has been inside one step for longer stands.
    private let allowance: Duration
    /// From one look to the next. More than twice as much isn't held against anybody: it was the whole program, or the
    /// machine, that was stopped.
    private let interval: Duration
    /// What the status says when nothing has to be waited for.
    private let idleStatus: String
    private var stages: [Stage] = []
    private var lastLook: ContinuousClock.Instant?
    /// Time that has gone by while somebody looked.
    private var elapsed = Duration.zero

    init(allowance: Duration, interval: Duration, idleStatus: String) {
        self.allowance = allowance
        self.interval = interval
        self.idleStatus = idleStatus
    }

    mutating func look(at readings: [Reading], now: ContinuousClock.Instant) -> Verdict {
        if let lastLook { elapsed += min(now - lastLook, interval * 2) }
        lastLook = now
        var standing: [(name: String, time: Duration)] = []
        for (index, reading) in readings.enumerated() {
            if index == stages.count {
                stages.append(Stage(notes: reading.notes, hadWork: reading.hasWork, since: elapsed))
            } else if stages[index].notes != reading.notes || stages[index].hadWork != reading.hasWork {
                stages[index] = Stage(notes: reading.notes, hadWork: reading.hasWork, since: elapsed)
            }
            let time = elapsed - stages[index].since
            // Of stages of one name one is enough.
            if (reading.activity == .working || reading.hasWork) && time > allowance,
                !standing.contains(where: { $0.name == reading.name })
            {
                standing.append((reading.name, time))
            }
        }
        if !standing.isEmpty {
            let text = standing.map { "\($0.name) stands for \($0.time.components.seconds) s" }
            return Verdict(isAlive: false, status: text.joined(separator: ", "))
        }
        return Verdict(isAlive: true, status: status(Set(readings.map(\.activity))))
    }

    /// What is waited for, the worst first. Waiting for room is what follows from another wait.
    private func status(_ activities: Set<Activity>) -> String {
        if activities.contains(.waiting(.store)) { return "Writing the store is waiting: disk full, or gone" }
        if activities.contains(.waiting(.model)) { return "Waiting for the model" }
        return idleStatus
    }
}
