/// What tabs are told, in the order in which it happened.
import Bytes
import DequeModule
import NIOCore

/// Server-sent events in blocks, of which the newest are kept. All tabs read the same blocks, each from its own place: a tab costs
/// no more than that place. Places are counted in bytes since the program was started, and stand between events. Pure.
struct EventLog {
    struct Limits {
        /// What is kept, in bytes.
        var bytes = 32 << 20
        var blocks = 20_000
        /// An open block is closed at this size, in bytes.
        var block = 64 << 10
    }

    /// What a tab reads next.
    enum Reading: Equatable {
        case blocks([ByteBuffer], next: UInt64)
        /// It has everything.
        case nothing
        /// What it would have to read isn't kept any more.
        case gone
    }

    private struct Block {
        let start: UInt64
        let bytes: ByteBuffer
        /// The number of the last record of each workspace, in this block or before.
        let last: [UInt64]
    }

    private let limits: Limits
    private var blocks: Deque<Block> = []
    private var open = ByteBuffer()
    private var start: UInt64 = 0
    private var last: [UInt64]
    /// The last record of each workspace that isn't here, because it isn't kept or came before this program.
    private var missing: [UInt64]

    /// - Parameter workspaces: how many there are.
    init(workspaces: Int, limits: Limits = Limits()) {
        self.limits = limits
        last = Array(repeating: 0, count: workspaces)
        missing = last
    }

    private var end: UInt64 { openStart + UInt64(open.readableBytes) }

    private var openStart: UInt64 { blocks.last.map { $0.start + UInt64($0.bytes.readableBytes) } ?? start }

    // MARK: Writing

    /// - Parameters:
    ///   - name: what kind of event it is.
    ///   - id: what a browser sends when it comes back; nil: as before.
    ///   - data: writes one line of JSON.
    mutating func append(_ name: StaticString, id: String? = nil, _ data: (inout ByteBuffer) -> Void) {
        if let id { open.writeString("id: \(id)\n") }
        open.writeString("event: ")
        open.writeStaticString(name)
        open.writeString("\ndata: ")
        data(&open)
        open.writeString("\n\n")
        if open.readableBytes >= limits.block { close() }
    }

    /// Notes that a record is about to be appended.
    ///
    /// - Returns: the event's id: the record's number; where there are several workspaces, that of each.
    mutating func note(record: UInt64, of workspace: Int) -> String {
        if last[workspace] == 0 { missing[workspace] = record - 1 }
        last[workspace] = record
        return last.count == 1 ? "\(record)" : last.enumerated().map { "\($0):\($1)" }.joined(separator: ",")
    }

    /// A workspace has begun anew: numbers are others.
    mutating func begin(_ workspace: Int) {
        last[workspace] = 0
        missing[workspace] = 0
    }

    /// Makes a block of what has been written since the last one.
    private mutating func close() {
        guard open.readableBytes > 0 else { return }
        blocks.append(Block(start: openStart, bytes: open, last: last))
        open = ByteBuffer()
        while let oldest = blocks.first, blocks.count > limits.blocks || end - oldest.start > UInt64(limits.bytes) {
            blocks.removeFirst()
            start = oldest.start + UInt64(oldest.bytes.readableBytes)
            missing = oldest.last
        }
    }

    // MARK: Reading

    /// The place behind everything that has happened. A block begins there, however much is written before somebody reads on.
    mutating func place() -> UInt64 {
        close()
        return end
    }

    /// The place of somebody who has these records, and nothing after them; nil where what follows isn't kept. Somebody who has
    /// more than there is (this program was started anew) gets what comes.
    mutating func place(after numbers: [UInt64]) -> UInt64? {
        close()
        guard numbers.count == last.count else { return nil }
        for (number, missing) in zip(numbers, missing) where number < missing { return nil }
        let block = blocks.first { block in zip(block.last, numbers).contains { $0 > $1 } }
        return block?.start ?? end
    }

    /// What stands behind a place, but not much more than `limit` bytes of it.
    mutating func read(from place: UInt64, limit: Int = 256 << 10) -> Reading {
        close()
        if place >= end { return place == end ? .nothing : .gone }
        let index = blocks.partitioningIndex { $0.start >= place }
        guard index < blocks.endIndex, blocks[index].start == place else { return .gone }
        var (found, size) = ([ByteBuffer](), 0)
        for block in blocks[index...] {
            if size > 0 && size + block.bytes.readableBytes > limit { break }
            found.append(block.bytes)
            size += block.bytes.readableBytes
        }
        return .blocks(found, next: place + UInt64(size))
    }

    /// The numbers of an event's id; nil when it isn't one.
    static func numbers(inID id: Substring, workspaces: Int) -> [UInt64]? {
        guard !id.isEmpty else { return nil }
        var numbers: [UInt64] = Array(repeating: 0, count: workspaces)
        for part in id.split(separator: ",") {
            let pair = part.split(separator: ":")
            guard 1...2 ~= pair.count, let workspace = pair.count == 2 ? Int(pair[0]) : 0,
                numbers.indices.contains(workspace), let number = UInt64(pair[pair.count - 1])
            else { return nil }
            numbers[workspace] = number
        }
        return numbers
    }
}
