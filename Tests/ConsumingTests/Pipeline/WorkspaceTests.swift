/// What becomes of windows and answers in the workspace.
import Records
import StorageRig
import Streaming
import Testing
import TestSupport
import Threads

@testable import Consuming
@testable import Outbox
@testable import Storage

@Suite("The workspace", .timeLimit(.minutes(5)))
struct WorkspaceTests {
    /// A workspace that goes on where so many windows waited, and where its commits go.
    private func workspace(
        _ responder: ConsumerOptions.ResponderKind, waiting: Int = 0, isStored: Bool = false
    ) throws -> (Workspace, commits: BoundedQueue<Commit>) {
        let commits = BoundedQueue<Commit>(limit: .max, wakeup: try Wakeup())
        var options = StageBench.options
        options.responder = responder
        if isStored { options.stateDirectory = "/somewhere" }
        var recovered = Recovered(Pipeline(policy: options.policy, endpoints: [], logger: LogCapture().logger))
        recovered.pending = waiting
        return (Workspace(options, commits: commits, outlets: try StageBench.outlets(), from: recovered), commits)
    }

    private func entries(_ commits: BoundedQueue<Commit>) throws -> [WorkspaceEntry] {
        var entries: [WorkspaceEntry] = []
        for block in commits.takeAll().compactMap(\.block) {
            try block.forEach { _, line in
                if case .entry(let entry) = try WorkspaceRecord(json: Array(line)) { entries.append(entry) }
            }
        }
        return entries
    }

    @Test("where nobody is asked, a window is an entry at once, with a canned reply or none")
    func instant() async throws {
        for (responder, response) in [
            (.none, Response.none),
            (
                .fallback,
                .fallback(
                    to: PendingWindow.of("A", 1).result.conversation,
                    reason: "no model asked for (--responder fallback)")
            ),
        ] as [(ConsumerOptions.ResponderKind, Response)] {
            let (workspace, commits) = try workspace(responder)
            await workspace.submit(Outcome(windows: [.of("A", 1), .of("B", 1)]))
            let entries = try entries(commits)
            #expect(entries.map(\.response) == [response, response])
            #expect(entries.map(\.result) == [PendingWindow.of("A", 1).result, PendingWindow.of("B", 1).result])
        }
    }

    @Test("where a model is asked, a window waits in the store")
    func asked() async throws {
        let (workspace, commits) = try workspace(.ollama)
        await workspace.submit(Outcome(windows: [.of("A", 1)]))
        let taken = commits.takeAll()
        #expect(taken.flatMap { $0.pending.map(\.name) } == ["A1"])
        #expect(taken.allSatisfy { $0.block == nil })
    }

    @Test("what the workspace hands to the store is what it hands out")
    func asPublished() async throws {
        let (workspace, commits) = try workspace(.fallback, isStored: true)
        let aside = SetAside(kind: .late, stream: "s", sequence: 7, sessionID: "a", line: "{\"x\"}", reason: "late")
        for _ in 0..<2 {
            await workspace.submit(Outcome(records: [.setAside(aside)], windows: [.of("A", 1), .of("B", 2)]))
        }
        let blocks = commits.takeAll().map { ($0.block, $0.records) }
        #expect(blocks.count == 2)
        for (published, kept) in blocks {
            let kept = try #require(kept).lines()
            #expect(kept.first == published?.first)
            #expect(kept.next == published?.next)
            #expect(kept.ends == published?.ends.map(\.line))
            #expect(published?.lines.withUnsafeBytes { Array($0) } == kept.bytes.withUnsafeBytes { Array($0) })
        }
    }

    @Test("what is expected is passed on behind the windows that came out before it, and isn't kept")
    func expected() async throws {
        let commits = BoundedQueue<Commit>(limit: .max, wakeup: try Wakeup())
        var recovered = Recovered(
            Pipeline(policy: StageBench.options.policy, endpoints: [], logger: LogCapture().logger))
        recovered.pending = 2
        let outlets = try StageBench.outlets()
        let workspace = Workspace(StageBench.options, commits: commits, outlets: outlets, from: recovered)
        let turn = PendingWindow.of("A", 2, .turn).result
        await workspace.submit(Outcome(windows: [.of("A", 1)]))
        var outcome = Outcome()
        outcome.upcoming = [.expected(turn)]
        await workspace.submit(outcome)
        // The second outcome has nothing to be written.
        #expect(commits.takeAll().count == 1)
        let heard = Recorded<(WindowResult?, Int)>()
        let listener = Task {
            await outlets.backlog.forEachExpected { changes, windows in
                for case .expected(let result) in changes { heard.append((result, windows)) }
            }
        }
        let (result, windows) = try await heard.first(1)[0]
        listener.cancel()
        await listener.value
        #expect(result == turn)
        #expect(windows == 3)
    }

    @Test("behind windows that another process left the next ones wait, and come at once when those are out")
    func leftOver() async throws {
        let (workspace, commits) = try workspace(.fallback, waiting: 1)
        await workspace.submit(Outcome(windows: [.of("A", 2)]))
        #expect(commits.takeAll().flatMap { $0.pending.map(\.name) } == ["A2"])
        for number in 1...2 {
            await workspace.submit(PendingWindow.of("A", number).entry(response: .none), answering: Int64(number))
        }
        #expect(
            try entries(commits).map(\.result) == [PendingWindow.of("A", 1).result, PendingWindow.of("A", 2).result])
        await workspace.submit(Outcome(windows: [.of("A", 3)]))
        #expect(try entries(commits).map(\.response.status) == [.fallback])
    }
}
