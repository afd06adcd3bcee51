/// The output's records, for replay.
import Feed
import Foundation
import GRDB
import Storage

/// The last records from memory, and those before from the store, where there is one.
struct KeptLog: RecordLog {
    private static let forgettingInterval = (time: Duration.seconds(10), records: Store.lastRecords.count)

    private var memory: MemoryLog
    private let store: Store?
    private let retention: Double
    private var firstStored: UInt64?
    private var stored: BlockReader?
    private var lastForgotten: (time: ContinuousClock.Instant, record: UInt64)
    /// When the store's write-ahead log was emptied, and whether something has been forgotten since that it still has.
    private var logEmptied: (time: ContinuousClock.Instant, isStale: Bool)

    /// - Parameters:
    ///   - next: the number of the next record.
    ///   - retention: for how long records are kept where there is a store, in seconds.
    /// - Throws: when the store can't be read.
    init(store: Store?, next: UInt64, retention: Double) throws {
        memory = store == nil ? Self.inMemory(next: next) : Self.inMemoryWithStore(next: next)
        stored = store.map { BlockReader($0) }
        self.store = store
        self.retention = retention
        firstStored = try store?.firstRecord()
        lastForgotten = (.now, next)
        // Another process may have ended before it had emptied it.
        logEmptied = (.now, store != nil)
    }

    /// Without a store, all that there is.
    static func inMemory(next: UInt64) -> MemoryLog { MemoryLog(countLimit: 100_000, byteLimit: 64 << 20, next: next) }

    private static func inMemoryWithStore(next: UInt64) -> MemoryLog {
        MemoryLog(countLimit: 20_000, byteLimit: 8 << 20, next: next)
    }

    var first: UInt64 { min(firstStored ?? memory.first, memory.first) }
    var next: UInt64 { memory.next }

    /// Appends records that are in the store already.
    mutating func append(_ block: RecordBlock) {
        memory.append(block.lineBlock)
        if store != nil && firstStored == nil { firstStored = block.first }
    }

    /// Forgets what is too old, in the store and in memory; now and then, so that it can be called all the time.
    mutating func forget(at now: ContinuousClock.Instant = .now) throws {
        guard let store else { return }
        guard
            now - lastForgotten.time >= Self.forgettingInterval.time
                || next - lastForgotten.record >= Self.forgettingInterval.records
        else { return }
        lastForgotten = (now, next)
        try store.checkPlace()
        do {
            if try store.forgetRecords(olderThan: retention) { logEmptied.isStale = true }
            // Each record that is forgotten would be written once more, were it done each time.
            if logEmptied.isStale, now - logEmptied.time >= Self.forgettingInterval.time {
                try store.emptyLog()
                logEmptied = (now, false)
            }
        } catch let error as DatabaseError where error.isPassing {
            // Whoever commits says so, and waits; there is time for this later.
        }
        firstStored = try store.firstRecord()
        memory.forget(before: firstStored ?? next)
        let first = first
        stored?.forget(before: first)
    }

    mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) throws -> Int {
        if sequence >= memory.first { return memory.read(from: sequence, budget: budget, into: &bytes) }
        return try stored?.read(from: sequence, budget: budget, into: &bytes) ?? 0
    }
}
