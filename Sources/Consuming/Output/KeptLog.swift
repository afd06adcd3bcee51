/// The output's records, for replay.
import Feed
import Foundation
import GRDB
import Storage

/// The last records from memory, and those before from the store, where there is one.
struct KeptLog: RecordLog {
    /// With a store little is kept in memory, without one all that there is.
    private static let inMemory = (count: 100_000, bytes: 64 << 20)
    private static let inMemoryWithStore = (count: 20_000, bytes: 8 << 20)
    private static let forgettingInterval = (time: Duration.seconds(10), records: Store.lastRecords.count)

    private var memory: MemoryLog
    private let store: Store?
    private let retention: Double
    private var firstStored: UInt64?
    /// Whoever catches up asks for a block in several pieces.
    private var lastRead: LineBlock?
    private var lastForgotten: (time: ContinuousClock.Instant, record: UInt64)

    /// - Parameters:
    ///   - next: the number of the next record.
    ///   - retention: for how long records are kept where there is a store, in seconds.
    /// - Throws: when the store can't be read.
    init(store: Store?, next: UInt64, retention: Double) throws {
        let limits = store == nil ? Self.inMemory : Self.inMemoryWithStore
        memory = MemoryLog(countLimit: limits.count, byteLimit: limits.bytes, next: next)
        self.store = store
        self.retention = retention
        firstStored = try store?.firstRecord()
        lastForgotten = (.now, next)
    }

    var first: UInt64 { min(firstStored ?? memory.first, memory.first) }
    var next: UInt64 { memory.next }

    /// Appends records that are in the store already.
    mutating func append(_ block: RecordBlock) {
        memory.append(LineBlock(first: block.first, ends: block.ends.map(\.line), bytes: block.lines))
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
            try store.forgetRecords(olderThan: retention)
        } catch let error as DatabaseError where error.isPassing {
            // Whoever commits says so, and waits; there is time for this later.
        }
        firstStored = try store.firstRecord()
        memory.forget(before: firstStored ?? next)
        if let last = lastRead, last.first < first { lastRead = nil }
    }

    mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) throws -> Int {
        if sequence >= memory.first { return memory.read(from: sequence, budget: budget, into: &bytes) }
        if let lastRead, case let count = lastRead.read(from: sequence, budget: budget, into: &bytes), count > 0 {
            return count
        }
        lastRead = try store?.block(with: sequence)
        return lastRead?.read(from: sequence, budget: budget, into: &bytes) ?? 0
    }
}
