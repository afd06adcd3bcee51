/// Consecutive records in one buffer.
import Bytes

/// Records as lines, each with a line feed behind it.
public struct LineBlock: Sendable {
    /// The number of the first record.
    public let first: UInt64
    /// Where each record ends in ``bytes``, behind its line feed.
    public let ends: [Int]
    public let bytes: SharedBytes

    public init(first: UInt64, ends: [Int], bytes: SharedBytes) {
        self.first = first
        self.ends = ends
        self.bytes = bytes
    }

    /// The number behind the last record's.
    public var next: UInt64 { first + UInt64(ends.count) }

    /// Appends records from number `sequence` on, joined by line feeds: as many as fit into `budget` bytes, but at least
    /// one.
    ///
    /// - Returns: how many; 0 when the record isn't in the block.
    public func read(from sequence: UInt64, budget: Int, into target: inout [UInt8]) -> Int {
        guard sequence >= first, case let from = Int(sequence - first), from < ends.count else { return 0 }
        let start = from == 0 ? 0 : ends[from - 1]
        // The last line feed of an answer isn't part of it.
        let upTo = ends[from...].lastIndex { $0 - 1 - start <= budget } ?? from
        bytes.withUnsafeBytes { target.append(contentsOf: $0[start..<(ends[upTo] - 1)]) }
        return upTo - from + 1
    }
}
