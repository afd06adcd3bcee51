/// Consecutive records in one buffer.

/// Records as lines, each with a line feed behind it.
public struct LineBlock: Sendable {
    /// The number of the first record.
    public private(set) var first: UInt64
    /// Where each record ends in ``bytes``, behind its line feed.
    public internal(set) var ends: [Int]
    public internal(set) var bytes: [UInt8]

    public init(first: UInt64, ends: [Int] = [], bytes: [UInt8] = []) {
        self.first = first
        self.ends = ends
        self.bytes = bytes
    }

    /// Forgets the records and keeps the memory, for those from a number on.
    mutating func reuse(first: UInt64) {
        self.first = first
        ends.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Whether another record goes in without the bytes having to move.
    func hasRoom(for size: Int, count: Int) -> Bool { ends.count < count && bytes.count + size <= bytes.capacity }

    /// Appends records from number `sequence` on, joined by line feeds: as many as fit into `budget` bytes, but at least
    /// one.
    ///
    /// - Returns: how many; 0 when the record isn't in the block.
    public func read(from sequence: UInt64, budget: Int, into target: inout [UInt8]) -> Int {
        guard sequence >= first, case let from = Int(sequence - first), from < ends.count else { return 0 }
        let start = from == 0 ? 0 : ends[from - 1]
        // The last line feed of an answer isn't part of it.
        let upTo = ends[from...].lastIndex { $0 - 1 - start <= budget } ?? from
        target.append(contentsOf: bytes[start..<(ends[upTo] - 1)])
        return upTo - from + 1
    }
}
