/// A bounded record log in memory.
import DequeModule

/// Keeps the last records, by number and by size; older ones go, a block at a time.
public struct MemoryLog: RecordLog {

    /// Records a block holds; what goes, goes in such steps.
    private static let blockCount = 1024
    /// The room of a block; a larger record gets one of its own. Nothing grows by doubling, which would waste half.
    private static let blockBytes = 1 << 20

    private let countLimit: Int
    private let byteLimit: Int
    private var blocks: Deque<LineBlock> = []
    private var keptBytes = 0
    /// The last block that went, for its memory.
    private var spare: LineBlock?
    public private(set) var next: UInt64

    /// - Parameters:
    ///   - countLimit: at least so many of the last records are kept, unless they are larger than `byteLimit`.
    ///   - byteLimit: so many bytes are kept, to within a block.
    ///   - next: the number of the first record that will be appended.
    public init(countLimit: Int, byteLimit: Int, next: UInt64 = 1) {
        self.next = next
        self.countLimit = countLimit
        self.byteLimit = byteLimit
    }

    public var first: UInt64 { blocks.first?.first ?? next }

    /// Appends one record.
    public mutating func append(_ record: UnsafeRawBufferPointer) {
        if !(blocks.last?.hasRoom(for: record.count + 1, count: Self.blockCount) ?? false) {
            blocks.append(newBlock(for: record.count + 1))
        }
        let last = blocks.count - 1
        blocks[last].bytes.append(contentsOf: record)
        blocks[last].bytes.append(0x0A)
        blocks[last].ends.append(blocks[last].bytes.count)
        keptBytes += record.count + 1
        next += 1
        forgetOldest()
    }

    /// An empty block with room, the memory of one that has gone if possible.
    private mutating func newBlock(for size: Int) -> LineBlock {
        if size <= Self.blockBytes, var used = spare.take() {
            used.reuse(first: next)
            return used
        }
        var block = LineBlock(first: next)
        block.bytes.reserveCapacity(max(Self.blockBytes, size))
        return block
    }

    /// Appends records that stand in one buffer, each with a line feed behind it.
    ///
    /// - Parameter ends: where each ends, behind its line feed.
    public mutating func append(lines: UnsafeRawBufferPointer, ends: [Int]) {
        var (done, start) = (0, 0)
        while done < ends.count {
            if !(blocks.last?.hasRoom(for: ends[done] - start, count: Self.blockCount) ?? false) {
                blocks.append(newBlock(for: ends[done] - start))
            }
            let last = blocks.count - 1
            // As many at once as there is room for, the first of them in any case.
            var upTo = done
            repeat {
                upTo += 1
            } while upTo < ends.count
                && blocks[last].hasRoom(for: ends[upTo] - start, count: Self.blockCount - (upTo - done))
            let shift = blocks[last].bytes.count - start
            blocks[last].bytes.append(contentsOf: lines[start..<ends[upTo - 1]])
            for end in ends[done..<upTo] { blocks[last].ends.append(end + shift) }
            keptBytes += ends[upTo - 1] - start
            next += UInt64(upTo - done)
            (done, start) = (upTo, ends[upTo - 1])
            forgetOldest()
        }
    }

    private mutating func forgetOldest() {
        while blocks.count > 1, let oldest = blocks.first,
            keptBytes > byteLimit || next - oldest.first - UInt64(oldest.ends.count) >= UInt64(countLimit)
        {
            keptBytes -= oldest.bytes.count
            let gone = blocks.removeFirst()
            // A single large record's memory isn't kept for small ones.
            if gone.bytes.capacity < Self.blockBytes * 2 { spare = gone }
        }
    }

    public mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) -> Int {
        guard let index = blocks.lastIndex(where: { $0.first <= sequence }) else { return 0 }
        return blocks[index].read(from: sequence, budget: budget, into: &bytes)
    }
}
