/// A bounded record log in memory.
import DequeModule

/// Keeps the last records, by number and by size; older ones go, a block at a time.
public struct MemoryLog: RecordLog {
    private struct Block {
        let first: UInt64
        /// Where each record ends in ``bytes``; between two records stands a `\n`.
        var ends: [Int] = []
        var bytes: [UInt8] = []

        /// Whether another record goes in without the bytes having to move.
        func hasRoom(for size: Int) -> Bool { ends.count < blockCount && bytes.count + size < bytes.capacity }
    }

    /// Records a block holds; what goes, goes in such steps.
    private static let blockCount = 1024
    /// The room of a block; a larger record gets one of its own. Nothing grows by doubling, which would waste half.
    private static let blockBytes = 1 << 20

    private let countLimit: Int
    private let byteLimit: Int
    private var blocks: Deque<Block> = []
    private var keptBytes = 0
    public private(set) var next: UInt64 = 1

    /// - Parameters:
    ///   - countLimit: at least so many of the last records are kept, unless they are larger than `byteLimit`.
    ///   - byteLimit: so many bytes are kept, to within a block.
    public init(countLimit: Int, byteLimit: Int) {
        self.countLimit = countLimit
        self.byteLimit = byteLimit
    }

    public var first: UInt64 { blocks.first?.first ?? next }

    /// Appends one record.
    public mutating func append(_ record: UnsafeRawBufferPointer) {
        if !(blocks.last?.hasRoom(for: record.count) ?? false) {
            var block = Block(first: next)
            block.bytes.reserveCapacity(max(Self.blockBytes, record.count))
            blocks.append(block)
        }
        let last = blocks.count - 1
        if !blocks[last].ends.isEmpty { blocks[last].bytes.append(0x0A) }
        blocks[last].bytes.append(contentsOf: record)
        blocks[last].ends.append(blocks[last].bytes.count)
        keptBytes += record.count + 1
        next += 1
        while blocks.count > 1, let oldest = blocks.first,
            keptBytes > byteLimit || next - oldest.first - UInt64(oldest.ends.count) >= UInt64(countLimit)
        {
            keptBytes -= oldest.bytes.count + 1
            blocks.removeFirst()
        }
    }

    public mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) -> Int {
        guard let index = blocks.lastIndex(where: { $0.first <= sequence }) else { return 0 }
        let block = blocks[index]
        let from = Int(sequence - block.first)
        guard from < block.ends.count else { return 0 }
        let start = from == 0 ? 0 : block.ends[from - 1] + 1
        let upTo = block.ends[from...].lastIndex { $0 - start <= budget } ?? from
        bytes.append(contentsOf: block.bytes[start..<block.ends[upTo]])
        return upTo - from + 1
    }
}
