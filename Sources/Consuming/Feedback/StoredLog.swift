/// Published records in the store.
import Feed
import Storage

/// The records that are in the store, as of the last ``look()``.
struct StoredLog: RecordLog {
    private let store: Store
    private var records: Range<UInt64>
    private var blocks: BlockReader

    /// - Throws: when the store can't be read.
    init(_ store: Store) throws {
        self.store = store
        records = try store.records()
        blocks = BlockReader(store)
    }

    var first: UInt64 { records.lowerBound }
    var next: UInt64 { records.upperBound }

    /// Sees which there are.
    mutating func look() throws { records = try store.records() }

    mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) throws -> Int {
        try blocks.read(from: sequence, budget: budget, into: &bytes)
    }
}

/// Reads records of the store, one block at a time: whoever goes through them asks for a block in several pieces.
struct BlockReader {
    private let store: Store
    private var last: LineBlock?

    init(_ store: Store) { self.store = store }

    /// See ``Feed/RecordLog/read(from:budget:into:)``.
    mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) throws -> Int {
        if let last, case let count = last.read(from: sequence, budget: budget, into: &bytes), count > 0 {
            return count
        }
        last = try store.block(with: sequence)
        return last?.read(from: sequence, budget: budget, into: &bytes) ?? 0
    }

    /// What is older isn't kept any more.
    mutating func forget(before first: UInt64) { if let last, last.first < first { self.last = nil } }
}
