/// Records on their way in: one contiguous buffer, never one object a record.
import Bytes
import Glibc

/// Consecutive records of one stream.
public struct LineBatch: Sendable {
    /// Zero bytes kept readable behind the last line; parsers that read in blocks need them.
    public static let padding = 64

    public let stream: String
    /// The number of the first line.
    public let first: UInt64
    public let count: Int
    /// The lines, joined by `\n`, then ``padding`` zero bytes.
    private let bytes: SharedBytes
    /// Where each line ends; empty where that has to be looked for.
    private let ends: [UInt32]

    init(stream: String, first: UInt64, count: Int, padded bytes: SharedBytes, ends: [UInt32]) {
        self.stream = stream
        self.first = first
        self.count = count
        self.bytes = bytes
        self.ends = ends
    }

    /// A batch of `count` lines that are joined by line feeds.
    public init(stream: String, first: UInt64, count: Int, joined lines: UnsafeRawBufferPointer) {
        var builder = LineBatchBuilder()
        builder.begin(stream, first)
        builder.append(joined: lines, count: count)
        self = builder.finish()
    }

    /// The size of the lines, in bytes.
    public var size: Int { bytes.count - Self.padding }

    /// The ``Fingerprint`` of the last line.
    public var lastFingerprint: String { withLines { Fingerprint.of($0.lastLine) } }

    /// A batch of lines that stand alone; none of them may contain a line feed.
    public init(stream: String, first: UInt64, lines: [String]) {
        let joined = Array(lines.joined(separator: "\n").utf8)
        self = joined.withUnsafeBytes { LineBatch(stream: stream, first: first, count: lines.count, joined: $0) }
    }

    /// The same lines in batches of `most` at most.
    public func pieces(ofUpTo most: Int) -> [LineBatch] {
        guard count > most else { return [self] }
        return withLines { lines in
            var rest = lines
            return stride(from: 0, to: count, by: most).map { start in
                let piece = rest.prefixOfLines(min(most, count - start))
                rest = UnsafeRawBufferPointer(rebasing: rest[min(piece.count + 1, rest.count)...])
                return LineBatch(
                    stream: stream, first: first + UInt64(start), count: min(most, count - start), joined: piece)
            }
        }
    }

    /// Calls `body` with each line and its number. ``padding`` bytes behind a line may be read.
    public func forEachLine(_ body: (UInt64, UnsafeRawBufferPointer) throws -> Void) rethrows {
        try bytes.withUnsafeBytes { buffer in
            var sequence = first
            guard ends.isEmpty else {
                var start = 0
                for end in ends {
                    try body(sequence, UnsafeRawBufferPointer(rebasing: buffer[start..<Int(end)]))
                    start = Int(end) + 1
                    sequence += 1
                }
                return
            }
            var rest = UnsafeRawBufferPointer(rebasing: buffer.dropLast(Self.padding))
            for _ in 0..<count {
                let length = rest.firstIndexOfLineFeed ?? rest.count
                try body(sequence, UnsafeRawBufferPointer(rebasing: rest[..<length]))
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(length + 1))
                sequence += 1
            }
        }
    }

    /// The lines of these numbers, in one pass.
    ///
    /// - Parameter sequences: in ascending order; numbers that aren't in this batch are left out.
    public func lines(_ sequences: [UInt64]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var wanted = sequences[...]
        forEachLine { sequence, line in
            guard wanted.first == sequence else { return }
            wanted.removeFirst()
            found.append(Array(line))
        }
        return found
    }

    /// The lines as bytes, joined by `\n`.
    public func withLines<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0.dropLast(Self.padding))) }
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    public var firstIndexOfLineFeed: Int? {
        guard let start = baseAddress, count > 0, let found = memchr(start, 0x0A, count) else { return nil }
        return UnsafeRawPointer(found) - start
    }

    /// What stands behind the last line feed.
    fileprivate var lastLine: UnsafeRawBufferPointer {
        guard let found = lastIndex(of: 0x0A) else { return self }
        return UnsafeRawBufferPointer(rebasing: self[(found + 1)...])
    }

    /// The first lines, without the line feed behind the last of them.
    func prefixOfLines(_ wanted: Int) -> UnsafeRawBufferPointer {
        var end = 0
        for _ in 0..<wanted {
            let rest = UnsafeRawBufferPointer(rebasing: self[end...])
            guard let length = rest.firstIndexOfLineFeed else { return self }
            end += length + 1
        }
        return UnsafeRawBufferPointer(rebasing: self[..<(end == 0 ? 0 : end - 1)])
    }

    /// How many line feeds there are.
    public var lineFeeds: Int {
        var total = 0
        var rest = self
        while let index = rest.firstIndexOfLineFeed {
            total += 1
            rest = UnsafeRawBufferPointer(rebasing: rest[(index + 1)...])
        }
        return total
    }
}

/// Collects records into a batch.
struct LineBatchBuilder: ~Copyable {
    private static let padding = [UInt8](repeating: 0, count: LineBatch.padding)

    private(set) var stream = ""
    private var first: UInt64 = 0
    private var count = 0
    private var bytes = ByteWriter()
    /// Of the lines, as long as they come one by one.
    private var ends: [UInt32] = []

    var isEmpty: Bool { count == 0 }
    var size: Int { bytes.count }

    /// Whether record `sequence` of the same stream can follow what is here.
    @inline(__always)
    func continues(_ sequence: UInt64) -> Bool { count > 0 && first + UInt64(count) == sequence }

    mutating func begin(_ stream: String, _ sequence: UInt64) {
        self.stream = stream
        first = sequence
        count = 0
        ends.removeAll(keepingCapacity: true)
    }

    /// Appends the next record. Line feeds inside it, which only a stranger's record can have, become spaces: between
    /// the tokens of JSON the two mean the same.
    @inline(__always)
    mutating func append(_ line: UnsafeRawBufferPointer) {
        if count > 0 { bytes.append(0x0A) }
        count += 1
        if line.firstIndexOfLineFeed == nil {
            bytes.append(line)
        } else {
            for byte in line { bytes.append(byte == 0x0A ? 0x20 : byte) }
        }
        ends.append(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// Appends records that are joined by line feeds already.
    mutating func append(joined lines: UnsafeRawBufferPointer, count added: Int) {
        bytes.reserve(lines.count + LineBatch.padding)
        bytes.append(lines)
        count += added
    }

    /// The batch so far; the builder is empty afterwards.
    mutating func finish() -> LineBatch {
        Self.padding.withUnsafeBytes { bytes.append($0) }
        let isEachKnown = ends.count == count
        let batch = LineBatch(
            stream: stream, first: first, count: count, padded: bytes.finish(), ends: isEachKnown ? ends : [])
        // As many will come, mostly.
        let capacity = ends.count
        ends = []
        ends.reserveCapacity(capacity)
        count = 0
        return batch
    }
}
