/// What is made durable in one go.
import Bytes

/// Things that become true together, and what may be done once they are.
struct Commit: Sendable {
    // MARK: Made durable

    /// A ``JournalEvent`` that the pipeline took; nil where that was nothing.
    var journal: SharedBytes?
    /// How much of what followed from the last row of the journal is committed with this; nil: as before.
    var progress: Progress?
    /// A part of the pipeline's state after the journal row. With the last one the journal up to here isn't needed any more.
    var checkpoint: CheckpointPart?
    var stream: StreamProgress?
    /// Windows that will have to be answered.
    var pending: [PendingWindow] = []
    /// Windows whose entry is in ``records``.
    var answered: [Int64] = []
    /// Records for subscribers; nil where nothing is kept.
    var records: PackedRecords?

    var isEmpty: Bool {
        journal == nil && progress == nil && checkpoint == nil && stream == nil && pending.isEmpty && answered.isEmpty
            && records == nil && block == nil && ended == nil && isComplete == nil && !isLast
    }

    // MARK: Done afterwards

    /// The same records, as they go out.
    var block: RecordBlock?
    /// A stream whose end may be acknowledged.
    var ended: String?
    /// Whether everything that could come out so far is out; nil: as before.
    var isComplete: Bool?
    /// Everything is out, and this process needn't wait for more.
    var isLast = false

    /// What follows from one row of the journal may be too much for one commit.
    enum Progress: Hashable, Sendable {
        /// So many records and windows.
        case part(Int)
        case whole
    }

    /// A part of a checkpoint. Until the last one is there, none of them counts, and the checkpoint before does.
    struct CheckpointPart: Sendable {
        /// So many bytes a part has at most. SQLite takes no more than a billion in one value, and copies it.
        static let largest = 4 << 20

        /// From 0.
        let number: Int
        let bytes: SharedBytes
        let isLast: Bool
    }

    /// In bytes, roughly.
    var weight: Int {
        (journal?.capacity ?? 0) + (checkpoint?.bytes.capacity ?? 0) + (records?.bytes.capacity ?? 0)
            + (block.map { $0.lines.capacity + $0.topics.count } ?? 0)
            + pending.reduce(64) { $0 + $1.result.size }
    }
}

/// What has become of a stream; nil: as before.
struct StreamProgress: Hashable, Sendable {
    var stream: String
    var endpoint: String?
    /// The number of the next record.
    var next: UInt64?
    var hasEnded = false
    /// Its first record's.
    var fingerprint: String?
    /// That of the record before ``next``.
    var last: String?
}
