/// Where the last process stopped.
import Bytes
import Feed
import Logging
import Outbox
import Storage
import Threads

/// The state to go on from.
struct Recovered: Sendable {
    /// Rows of the journal that are read in one go.
    private static let portion = 2
    /// Events that have been read and wait to be run.
    private static let ahead = 4

    var pipeline: Pipeline
    /// The last event that the process took, when not all that follows from it was committed, and how much was.
    var unfinished: (event: JournalEvent, progress: Int)?
    /// How far each stream was taken.
    var cursors: [StreamCursor] = []
    /// By which publishers know this daemon again.
    var identity = Follower.newIdentity()
    /// The number of the next record.
    var nextRecord: UInt64 = 1
    /// Windows that wait for an answer.
    var pending = 0
    /// Messages that were in the journal.
    var replayed = 0

    /// A state in which nothing has happened yet.
    init(_ pipeline: Pipeline) { self.pipeline = pipeline }

    /// Runs the journal through a fresh pipeline: the same events give the same state, and what follows from them is
    /// committed already.
    ///
    /// - Throws: `DatabaseError`, or ``StoreError`` when the store holds what no release can have written.
    init(from store: Store, into pipeline: Pipeline) async throws {
        let kept = try store.recovery()
        self.pipeline = pipeline
        do {
            if let checkpoint = kept.checkpoint {
                try self.pipeline.restore(parts: checkpoint.parts, isFirstForm: checkpoint.isFirstForm) {
                    number, take in
                    try store.read(number, of: checkpoint, take)
                }
            }
        } catch is DamagedBytes {
            throw StoreError.damaged("its checkpoint can't be read")
        }
        try await run(kept, of: store)
        self.pipeline.listenAnew(known: Set(kept.cursors.map(\.endpoint)))
        cursors = kept.cursors
        identity = kept.identity + store.place
        nextRecord = kept.nextRecord
        pending = kept.pending
    }

    /// Reading the journal's events and running them go on at the same time, the one as far ahead as there is room.
    private mutating func run(_ kept: Store.Recovery, of store: Store) async throws {
        let read = BoundedQueue<JournalEvent>(limit: Self.ahead, wakeup: try Wakeup())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { read.close() }
                var last = Int64.min
                while case let rows = try await store.journal(after: last, limit: Self.portion), let end = rows.last {
                    last = end.id
                    for row in rows { read.push(row.event, weight: 1) }
                    await read.waitForRoom()
                }
            }
            var left = kept.events
            while let events = await read.next() {
                for event in events {
                    left -= 1
                    if case .batch(let batch) = event { replayed += batch.messages.count }
                    if left == 0, let progress = kept.progress {
                        unfinished = (event, progress)
                    } else {
                        await pipeline.process(event, skipping: .max)
                    }
                }
                FaultPoint.duringRecovery.reached()
            }
            try await group.waitForAll()
        }
    }
}
