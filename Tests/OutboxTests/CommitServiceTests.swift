/// Nothing goes out before it is durable.
import Records
import StorageRig
import Testing
import TestSupport
import Threads

@testable import Outbox
@testable import Storage

@Suite("Committing", .timeLimit(.minutes(5)))
struct CommitServiceTests {
    private let folder: TemporaryFolder
    private let store: Store
    private let queue: BoundedQueue<Commit>
    private let outlets: CommitService.Outlets
    private let log = LogCapture()

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.path + "/store.sqlite", synchronous: .full)
        queue = BoundedQueue(limit: .max, wakeup: try Wakeup())
        outlets = CommitService.Outlets(
            output: BoundedQueue(limit: .max, wakeup: try Wakeup()),
            console: ConsoleProgress(from: 1, patience: .none), backlog: try Backlog(store: store),
            acknowledgements: BoundedQueue(limit: .max, wakeup: try Wakeup()),
            completion: BoundedQueue(limit: .max, wakeup: try Wakeup()))
    }

    private func commit(_ number: UInt64, size: Int = 10) -> Commit {
        let text = String(repeating: "a", count: size)
        let record = SetAside(kind: .rejected, stream: "s", sequence: 1, sessionID: nil, line: text, reason: "")
        var commit = Commit(
            journal: JournalEvent.delivery(.idle(stream: "s")).bytes, progress: .whole,
            records: PackedRecords([.setAside(record)], first: number))
        commit.block = RecordBlock(first: number, lines: .copy(of: Array(text.utf8)), topics: [], ends: [(size, 0)])
        commit.ended = "stream \(number)"
        return commit
    }

    @Test("what goes out is in the store already")
    func order() async throws {
        let service = CommitService(queue: queue, store: store, outlets: outlets, logger: log.logger)
        let running = Task { try await service.run() }
        for number in 1...50 as ClosedRange<UInt64> { queue.push(commit(number), weight: 1) }
        var seen: UInt64 = 0
        while seen < 50 {
            for case .records(let block) in await outlets.output.next() ?? [] {
                #expect(block.first == seen + 1)
                seen = block.first
            }
            #expect(try store.recovery().nextRecord > seen)
        }
        running.cancel()
        try await running.value
        #expect(outlets.acknowledgements.takeAll() == (1...50).map { "stream \($0)" })
        #expect(outlets.console?.next == 51)
    }

    @Test("what nobody waits for is in the store soon, and at the latest when the daemon stops")
    func unawaited() async throws {
        let service = CommitService(queue: queue, store: store, outlets: outlets, logger: log.logger)
        let running = Task { try await service.run() }
        func push(_ next: UInt64) {
            queue.push(Commit(stream: StreamProgress(stream: "s", endpoint: "e", next: next)), weight: 1)
        }
        for next in 1...100 as ClosedRange<UInt64> { push(next) }
        while try store.recovery().cursors.first?.next != 100 { await Task.yield() }
        push(101)
        push(102)
        running.cancel()
        try await running.value
        #expect(try store.recovery().cursors.map(\.next) == [102])
    }

    @Test("a disk that is full stops everything until it has room, and nothing is lost")
    func fullDisk() async throws {
        try store.limit(bytes: 400_000)
        let service = CommitService(queue: queue, store: store, outlets: outlets, logger: log.logger)
        let running = Task { try await service.run() }
        for number in 1...40 as ClosedRange<UInt64> { queue.push(commit(number, size: 20_000), weight: 1) }
        try await log.lines.first(1)
        let before = outlets.output.takeAll().count
        #expect(before < 40)
        try store.limit(bytes: 1 << 30)
        var count = before
        while count < 40 { count += await outlets.output.next()?.count ?? 0 }
        #expect(try store.recovery().nextRecord == 41)
        #expect(log.texts(.info).contains("The store can be written again"))
        running.cancel()
        try await running.value
    }

    @Test("stopped while the disk is full, it leaves, and what isn't committed hasn't gone out")
    func stoppedWhileFull() async throws {
        try store.limit(bytes: 250_000)
        let service = CommitService(queue: queue, store: store, outlets: outlets, logger: log.logger)
        let running = Task { try await service.run() }
        for number in 1...40 as ClosedRange<UInt64> { queue.push(commit(number, size: 20_000), weight: 1) }
        try await log.lines.first(1)
        running.cancel()
        try await running.value
        let out = UInt64(outlets.output.takeAll().count)
        #expect(try store.recovery().nextRecord == out + 1)
    }
}
