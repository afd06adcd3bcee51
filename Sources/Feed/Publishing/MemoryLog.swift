/// A bounded record log in memory.
import DequeModule

/// Keeps the last records, by number and by size; older ones go, a block at a time. Blocks are kept as they come, without
/// copying them.
public struct MemoryLog: RecordLog {
    private let countLimit: Int
    private let byteLimit: Int
    private var blocks: Deque<LineBlock> = []
    private var keptBytes = 0
    public private(set) var next: UInt64

    /// - Parameters:
    ///   - countLimit: at least so many of the last records are kept, unless they are larger than `byteLimit`.
    ///   - byteLimit: so many bytes are kept, and the last block whatever its size is.
    ///   - next: the number of the first record that will be appended.
    public init(countLimit: Int, byteLimit: Int, next: UInt64 = 1) {
        self.next = next
        self.countLimit = countLimit
        self.byteLimit = byteLimit
    }

    public var first: UInt64 { blocks.first?.first ?? next }

    /// Appends the next records.
    public mutating func append(_ block: LineBlock) {
        blocks.append(block)
        keptBytes += block.bytes.capacity
        next = block.next
        while blocks.count > 1, let oldest = blocks.first,
            keptBytes > byteLimit || next - oldest.next >= UInt64(countLimit)
        {
            removeOldest(oldest)
        }
    }

    /// Forgets blocks in which no record from `sequence` on is.
    public mutating func forget(before sequence: UInt64) {
        while let oldest = blocks.first, oldest.next <= sequence { removeOldest(oldest) }
    }

    private mutating func removeOldest(_ block: LineBlock) {
        keptBytes -= block.bytes.capacity
        blocks.removeFirst()
    }

    public mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) -> Int {
        let start = bytes.count
        var index = blocks.partitioningIndex { $0.next > sequence }
        guard index < blocks.count else { return 0 }
        var count = blocks[index].read(from: sequence, budget: budget, into: &bytes)
        // Blocks are small where little is published; what fits goes into one answer all the same.
        while sequence + UInt64(count) == blocks[index].next, index + 1 < blocks.count,
            case let room = budget - (bytes.count - start) - 1, blocks[index + 1].ends[0] - 1 <= room
        {
            index += 1
            bytes.append(0x0A)
            count += blocks[index].read(from: blocks[index].first, budget: room, into: &bytes)
        }
        return count
    }
}

extension Deque<LineBlock> {
    /// The first block for which `isBehind` is true, and for all that follow.
    fileprivate func partitioningIndex(_ isBehind: (LineBlock) -> Bool) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            range = isBehind(self[middle]) ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
        }
        return range.lowerBound
    }
}
