/// When the store is written.
import Chat
import Streaming
import StorageRig
import Testing

@testable import Outbox
@testable import Storage

@Suite("Group commit", .timeLimit(.minutes(1)))
struct GroupCommitTests {
    private let start = ContinuousClock.now
    /// One that keeps what was taken from the feed, and nothing more.
    private let quiet = Commit(journal: .copy(of: [1]), progress: .whole, stream: StreamProgress(stream: "s", next: 2))

    private var awaited: Commit {
        var commit = quiet
        commit.ended = "s"
        return commit
    }

    @Test("what comes seldom is written at once")
    func seldom() {
        var group = GroupCommit(now: start)
        #expect(group.patience(now: start) == nil)
        for second in 0..<3 {
            let now = start + .seconds(second)
            group.add([quiet])
            #expect(group.patience(now: now) == .zero)
            #expect(group.dequeue(now: now).count == 1)
            #expect(group.patience(now: now) == nil)
        }
    }

    @Test("what comes often is written together, in order, and by a time")
    func often() {
        var group = GroupCommit(now: start)
        group.add([quiet])
        _ = group.dequeue(now: start)
        for millisecond in 1...19 {
            var commit = quiet
            commit.stream?.next = UInt64(millisecond)
            group.add([commit])
            let now = start + .milliseconds(millisecond)
            #expect(group.patience(now: now) == .milliseconds(20 - millisecond))
        }
        let end = start + .milliseconds(20)
        #expect(group.patience(now: end) == .zero)
        #expect(group.patience(now: end + .seconds(1)) == .zero)
        #expect(group.dequeue(now: end).map(\.stream?.next) == Array(1...19))
        group.add([quiet])
        #expect(group.patience(now: end) == GroupCommit.interval)
    }

    @Test("what somebody waits for is written at once, with all that came before")
    func awaitedAtOnce() {
        var block = quiet
        block.block = RecordBlock(first: 1, lines: .copy(of: [65]), topics: [], ends: [(1, 0)])
        var window = quiet
        let result = WindowResult(
            stream: "s", sessionID: "a", window: Window(kind: .tumbling, start: .distantPast, end: .distantPast),
            revision: 1, trigger: .window, conversation: Conversation())
        window.pending = [PendingWindow(result, lost: 0)]
        var complete = quiet
        complete.isComplete = true
        var last = quiet
        last.isLast = true
        for commit in [awaited, block, window, complete, last] {
            var group = GroupCommit(now: start + .seconds(1))
            group.add([quiet, commit, quiet])
            #expect(group.patience(now: start) == .zero)
            #expect(group.dequeue(now: start).count == 3)
            // The next is nobody's again.
            group.add([quiet])
            #expect(group.patience(now: start) == GroupCommit.interval)
        }
    }

    @Test("much is written at once")
    func much() {
        var group = GroupCommit(now: start + .seconds(1))
        // Its memory, which is what counts, may be twice as much.
        let commit = Commit(journal: .copy(of: Array(repeating: 0, count: GroupCommit.sizeLimit / 4)))
        group.add([commit])
        #expect(group.patience(now: start) == .seconds(1))
        group.add([commit, commit, commit])
        #expect(group.patience(now: start) == .zero)
    }
}
