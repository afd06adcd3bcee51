/// Where a publisher finds what it has published, to replay it.

/// The kept records of one stream, numbered from 1 without holes.
public protocol RecordLog {
    /// First number still kept.
    var first: UInt64 { get }
    /// The number the next record will have.
    var next: UInt64 { get }

    /// Appends records from number `sequence` on, joined by `\n`: as many as fit into `budget` bytes, but at least one.
    ///
    /// - Precondition: `first <= sequence < next`.
    /// - Returns: how many records were appended; 0 where they can't be had just now.
    /// - Throws: when they can't be read.
    mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) throws -> Int
}
