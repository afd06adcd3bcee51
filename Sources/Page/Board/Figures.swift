/// What the strip shows of one workspace.
import Chat
import DequeModule
import NIOCore
import Records

/// Rates of the last ten minutes, and how long answers took. Pure: the time comes from the caller.
struct Figures {
    static let seconds = 600
    private static let mostAnswers = 20_000

    /// What one second was like.
    struct Second: Equatable {
        var messages = 0
        var entries = 0
    }

    /// Times in milliseconds: half of the answers took no longer, 99 in a hundred, all.
    struct Times: Equatable {
        var middle = 0
        var most = 0
        var worst = 0

        /// nil where there are none.
        init?(_ times: [Int]) {
            let sorted = times.sorted()
            guard let worst = sorted.last else { return nil }
            middle = sorted[(sorted.count - 1) / 2]
            most = sorted[min(sorted.count - 1, (sorted.count * 99 + 99) / 100 - 1)]
            self.worst = worst
        }
    }

    private var answers: Deque<(at: ContinuousClock.Instant, firstToken: Int, total: Int)> = []
    private(set) var history: Deque<Second> = []
    /// What the consumer said last, when that was, and as it said it.
    private(set) var status: (value: WorkspaceStatus, at: ContinuousClock.Instant, json: [UInt8])?
    private var counted: WorkspaceStatus?
    /// From a record's time to its arrival here, in milliseconds, of the newest one.
    var behind: Int64 = 0

    mutating func note(_ entry: EntryGlance, at now: ContinuousClock.Instant) {
        // An answer that a window took over from an earlier result of it has no first token, and took no time.
        guard entry.isGenerated, let firstToken = entry.firstToken else { return }
        answers.append((now, firstToken, entry.total))
        if answers.count > Self.mostAnswers { answers.removeFirst() }
    }

    mutating func note(_ status: WorkspaceStatus, json: [UInt8], at now: ContinuousClock.Instant) {
        self.status = (status, now, json)
    }

    /// A second is over.
    mutating func tick(at now: ContinuousClock.Instant) {
        while let oldest = answers.first, now - oldest.at > .seconds(Self.seconds) { answers.removeFirst() }
        var second = Second()
        // Of one that was started anew, counts begin anew.
        if let now = status?.value, let before = counted, before.since == now.since {
            second = Second(
                messages: max(0, now.received - before.received), entries: max(0, now.entries - before.entries))
        }
        counted = status?.value
        history.append(second)
        if history.count > Self.seconds { history.removeFirst() }
    }

    var firstToken: Times? { Times(answers.map(\.firstToken)) }
    var total: Times? { Times(answers.map(\.total)) }
}
