/// What is known of feedback and entries.
import DequeModule
import Feed
import Storage

/// Where is looked up what feedback is about, and whether it has been accepted before.
protocol FeedbackLedger {
    /// Feedback that has been accepted under an id.
    mutating func kept(_ id: String) throws -> KeptFeedback?
    /// Whose entry that is.
    mutating func findEntry(_ id: String) throws -> EntryIndex.Finding
    /// Feedback has been accepted.
    mutating func note(_ kept: KeptFeedback)
    /// Records have come out that aren't in the store.
    mutating func published(_ block: RecordBlock)
}

/// All of it is in the store.
struct StoredLedger: FeedbackLedger {
    private let store: Store
    private var log: StoredLog
    private var index = EntryIndex()

    init(_ store: Store) throws {
        self.store = store
        log = try StoredLog(store)
    }

    func kept(_ id: String) throws -> KeptFeedback? { try store.feedback(id) }

    mutating func findEntry(_ id: String) throws -> EntryIndex.Finding {
        try log.look()
        return try index.find(id, in: &log)
    }

    func note(_ kept: KeptFeedback) {}
    func published(_ block: RecordBlock) {}
}

/// There is no store: the newest records, and the newest feedback.
struct MemoryLedger: FeedbackLedger {
    /// Of older feedback nothing is known: sent again, it is new.
    static let most = 100_000

    private var log: MemoryLog
    private var index = EntryIndex()
    private var kept: [[UInt8]: KeptFeedback] = [:]
    private var order: Deque<[UInt8]> = []

    /// - Parameter next: the number of the next record.
    init(next: UInt64) { log = KeptLog.inMemory(next: next) }

    mutating func published(_ block: RecordBlock) { log.append(block.lineBlock) }

    func kept(_ id: String) -> KeptFeedback? { kept[Array(id.utf8)] }

    mutating func findEntry(_ id: String) throws -> EntryIndex.Finding { try index.find(id, in: &log) }

    mutating func note(_ kept: KeptFeedback) {
        let id = Array(kept.id.utf8)
        if self.kept.updateValue(kept, forKey: id) == nil { order.append(id) }
        while order.count > Self.most, let oldest = order.popFirst() { self.kept[oldest] = nil }
    }
}
