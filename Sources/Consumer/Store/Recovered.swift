/// Where the last process stopped.
import Common
import Feed
import Logging

/// The state to go on from.
struct Recovered: Sendable {
    /// Events read from the journal in one go.
    private static let portion = 16

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

    /// A state in which nothing has happened yet.
    init(_ pipeline: Pipeline) { self.pipeline = pipeline }

    /// Runs the journal through a fresh pipeline: the same events give the same state, and what follows from them is
    /// committed already.
    ///
    /// - Throws: `DatabaseError`, or ``StoreError`` when the store holds what no release can have written.
    init(from store: Store, into pipeline: Pipeline) async throws {
        let kept = try store.recovery()
        var pipeline = pipeline
        let decoder = BatchDecoder()
        do {
            if let checkpoint = kept.checkpoint { try pipeline.restore(checkpoint) }
        } catch is DamagedBytes {
            throw StoreError.damaged("its checkpoint can't be read")
        }
        var (last, left) = (Int64.min, kept.events)
        while left > 0 {
            let rows = try store.journal(after: last, limit: Self.portion)
            guard let end = rows.last else { break }
            last = end.id
            for (_, event) in rows {
                left -= 1
                if left == 0, let progress = kept.progress {
                    unfinished = (event, progress)
                } else {
                    await pipeline.take(event, with: decoder, skipping: .max)
                }
            }
            FaultPoint.duringRecovery.reached()
        }
        pipeline.listenAnew(known: Set(kept.cursors.map(\.endpoint)))
        self.pipeline = pipeline
        cursors = kept.cursors
        identity = kept.identity
        nextRecord = kept.nextRecord
        pending = kept.pending
    }
}
