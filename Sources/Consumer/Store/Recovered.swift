/// Where the last process stopped.
import Common
import Feed
import Logging

/// The state to go on from.
struct Recovered: Sendable {
    /// Rows of the journal that are read in one go.
    private static let portion = 3

    private typealias Decoded = [(event: JournalEvent, batch: DecodedBatch?)]

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
        var pipeline = pipeline
        do {
            if let checkpoint = kept.checkpoint { try pipeline.restore(checkpoint) }
        } catch is DamagedBytes {
            throw StoreError.damaged("its checkpoint can't be read")
        }
        let decoder = BatchDecoder()
        var left = kept.events
        var rows = try await store.journal(after: .min, limit: Self.portion)
        var events = Decoded()
        while !rows.isEmpty || !events.isEmpty {
            // Some rows are read, those before are decoded, and those before run, all at the same time.
            let read = rows
            async let following = read.isEmpty ? [] : store.journal(after: read.last?.id ?? .min, limit: Self.portion)
            async let decoded = Self.decode(read)
            for (event, batch) in events {
                left -= 1
                replayed += batch?.messages.count ?? 0
                if left == 0, let progress = kept.progress {
                    unfinished = (event, progress)
                } else {
                    await pipeline.take(event, with: decoder, decoded: batch, skipping: .max)
                }
            }
            FaultPoint.duringRecovery.reached()
            events = await decoded
            rows = try await following
        }
        pipeline.listenAnew(known: Set(kept.cursors.map(\.endpoint)))
        self.pipeline = pipeline
        cursors = kept.cursors
        identity = kept.identity
        nextRecord = kept.nextRecord
        pending = kept.pending
    }

    private static func decode(_ rows: [(id: Int64, event: JournalEvent)]) async -> Decoded {
        let decoder = BatchDecoder()
        return rows.map { ($0.event, $0.event.lines.map(decoder.decode)) }
    }
}
