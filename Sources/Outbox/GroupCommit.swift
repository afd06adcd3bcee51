/// When commits are written, and which of them together.
import Storage

/// Commits that wait to be written. Those that something or somebody waits for are written at once; others, which only
/// keep what was taken from the feed, are written at once where that is seldom, and else together: each transaction
/// writes whole pages and waits for the disk.
package struct GroupCommit {
    /// From one transaction to the next, where nobody waits for it.
    package static let interval = Duration.milliseconds(20)
    /// So much is written whoever waits, in bytes.
    package static let sizeLimit = 128 << 10

    private var commits: [Commit] = []
    private var size = 0
    private var isUrgent = false
    private var earliest: ContinuousClock.Instant

    package init(now: ContinuousClock.Instant) { earliest = now }

    package mutating func add(_ new: [Commit]) {
        for commit in new {
            size += commit.weight
            if commit.isAwaited { isUrgent = true }
        }
        commits += new
    }

    /// How long the next transaction may be put off; nil: until there is something to write.
    package func patience(now: ContinuousClock.Instant) -> Duration? {
        if commits.isEmpty { return nil }
        return isUrgent || size >= Self.sizeLimit ? .zero : max(.zero, earliest - now)
    }

    /// All that waits, to be written now.
    package mutating func dequeue(now: ContinuousClock.Instant) -> [Commit] {
        defer { self = GroupCommit(now: now + Self.interval) }
        return commits
    }
}

extension Commit {
    /// Whether anything is done once this is durable.
    fileprivate var isAwaited: Bool {
        block != nil || !pending.isEmpty || ended != nil || given != nil || isComplete != nil || isLast || isEnd
    }
}
