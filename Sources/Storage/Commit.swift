/// What is made durable in one go.
import Bytes

/// Things that become true together, and what may be done once they are.
public struct Commit: Sendable {
    // MARK: Made durable

    /// A ``JournalEvent`` that the pipeline took; nil where that was nothing.
    package var journal: SharedBytes?
    /// How much of what followed from the last row of the journal is committed with this; nil: as before.
    package var progress: Progress?
    /// A part of the pipeline's state after the journal row. With the last one the journal up to here isn't needed any more.
    package var checkpoint: CheckpointPart?
    package var stream: StreamProgress?
    /// Windows that will have to be answered.
    package var pending: [PendingWindow] = []
    /// Windows whose entry is in ``records``.
    package var answered: [Int64] = []
    /// Feedback whose records are in ``records``.
    package var feedback: [KeptFeedback] = []
    /// Records for subscribers; nil where nothing is kept.
    package var records: PackedRecords?

    package init(
        journal: SharedBytes? = nil, progress: Progress? = nil, checkpoint: CheckpointPart? = nil,
        stream: StreamProgress? = nil, pending: [PendingWindow] = [], answered: [Int64] = [],
        records: PackedRecords? = nil
    ) {
        self.journal = journal
        self.progress = progress
        self.checkpoint = checkpoint
        self.stream = stream
        self.pending = pending
        self.answered = answered
        self.records = records
    }

    /// A row of the journal alone.
    public init(journal: SharedBytes?, progress: Progress?, stream: StreamProgress?) {
        self.init(journal: journal, progress: progress, stream: stream, pending: [])
    }

    /// A part of a checkpoint alone.
    public init(checkpoint: CheckpointPart) { self.init(checkpoint: checkpoint, pending: []) }

    package var isEmpty: Bool {
        journal == nil && progress == nil && checkpoint == nil && stream == nil && pending.isEmpty && answered.isEmpty
            && records == nil && block == nil && ended == nil && given == nil && isComplete == nil && !isLast && !isEnd
    }

    // MARK: Done afterwards

    /// The same records, as they go out.
    package var block: RecordBlock?
    /// A stream whose end may be acknowledged.
    package var ended: String?
    /// Results that were given and may be acknowledged, by the number that they have in this process.
    package var given: UInt64?
    /// Whether everything that could come out so far is out; nil: as before.
    package var isComplete: Bool?
    /// Everything is out, and this process needn't wait for more.
    package var isLast = false
    /// No record will follow.
    package var isEnd = false

    /// What follows from one row of the journal may be too much for one commit.
    public enum Progress: Hashable, Sendable {
        /// So many records and windows.
        case part(Int)
        case whole
    }

    /// A part of a checkpoint. Until the last one is there, none of them counts, and the checkpoint before does.
    public struct CheckpointPart: Sendable {
        /// So many bytes a part has at most. SQLite takes no more than a billion in one value, and copies it.
        package static let largest = 4 << 20

        /// From 0.
        package let number: Int
        package let bytes: SharedBytes
        package let isLast: Bool

        public init(number: Int, bytes: SharedBytes, isLast: Bool) {
            self.number = number
            self.bytes = bytes
            self.isLast = isLast
        }
    }

    /// In bytes, roughly.
    package var weight: Int {
        (journal?.capacity ?? 0) + (checkpoint?.bytes.capacity ?? 0) + (records?.bytes.capacity ?? 0)
            + (block.map { $0.lines.capacity + $0.topics.count } ?? 0)
            + pending.reduce(64) { $0 + $1.result.size }
    }
}

/// What has become of a stream; nil: as before.
public struct StreamProgress: Hashable, Sendable {
    package var stream: String
    package var endpoint: String?
    /// The number of the next record.
    package var next: UInt64?
    package var hasEnded = false
    /// Its first record's.
    package var fingerprint: String?
    /// That of the record before ``next``.
    package var last: String?

    public init(
        stream: String, endpoint: String? = nil, next: UInt64? = nil, hasEnded: Bool = false,
        fingerprint: String? = nil,
        last: String? = nil
    ) {
        self.stream = stream
        self.endpoint = endpoint
        self.next = next
        self.hasEnded = hasEnded
        self.fingerprint = fingerprint
        self.last = last
    }
}
