/// Which entries there are.
import Bytes
import Feed
import Records

/// Finds an entry's record by its id. Nothing is known at first, and nothing is read until somebody asks; then the newest
/// records are read first, a piece at a time.
///
/// Ids are kept as hashes, with a seed of this process: nobody can make two that meet.
struct EntryIndex {
    enum Finding: Hashable {
        /// There is such an entry, of this session.
        case session(String)
        /// There is none, or it is too old.
        case unknown
        /// Not all has been read. Asked again, the answer is nearer.
        case searching
    }

    /// So many of the newest entries are known; up to twice as many are while they are read.
    static let most = 500_000
    /// What is read in one go.
    private static let piece = (records: 512 as UInt64, bytes: 256 << 10)

    /// Of new records, and of those before them. When the new ones are many they become the old ones.
    private var young: [Int: UInt64] = [:]
    private var old: [Int: UInt64] = [:]
    /// Records that have been read.
    private var known: Range<UInt64>?
    /// What is being read of those before.
    private var earlier: Range<UInt64>?
    private let most: Int
    private var bytes: [UInt8] = []

    init(most: Int = Self.most) { self.most = most }

    /// How many entries are known.
    var count: Int { young.count + old.count }

    mutating func find(_ id: String, in log: inout some RecordLog) throws -> Finding {
        let key = Self.hash(id)
        if let record = young[key] ?? old[key], record >= log.first {
            return try read(record, as: id, &log).map { .session($0) } ?? .unknown
        }
        return try readOn(&log) ? .searching : .unknown
    }

    /// Of the bytes: to Swift's `==`, texts are the same that only look so.
    private static func hash(_ id: String) -> Int { Array(id.utf8).hashValue }

    /// - Returns: the session; nil where it isn't that entry.
    private mutating func read(_ record: UInt64, as id: String, _ log: inout some RecordLog) throws -> String? {
        bytes.removeAll(keepingCapacity: true)
        guard try log.read(from: record, budget: 0, into: &bytes) > 0 else { return nil }
        defer { letGo() }
        guard let head = bytes.withUnsafeBytes({ RecordHead(line: $0) }), head.id.isSame(as: id), head.isEntry else {
            return nil
        }
        return head.subject
    }

    /// Reads a piece of what isn't known yet: first what is new, then what was before.
    ///
    /// - Returns: false when there is nothing more.
    private mutating func readOn(_ log: inout some RecordLog) throws -> Bool {
        let known = self.known ?? log.next..<log.next
        self.known = known
        if known.upperBound < log.next {
            let start = max(known.upperBound, log.first)
            let next = try read(start..<log.next, &log, isYoung: true)
            self.known = min(known.lowerBound, start)..<next
            return true
        }
        if let range = earlier {
            let start = max(range.lowerBound, log.first)
            let next = start < range.upperBound ? try read(start..<range.upperBound, &log, isYoung: false) : start
            earlier = next < range.upperBound ? next..<range.upperBound : nil
            return true
        }
        guard known.lowerBound > log.first, old.count < most else { return false }
        let start = max(log.first, known.lowerBound - min(known.lowerBound, Self.piece.records))
        earlier = start..<known.lowerBound
        self.known = start..<known.upperBound
        return true
    }

    /// - Returns: the number behind the last record that was read.
    private mutating func read(
        _ range: Range<UInt64>, _ log: inout some RecordLog, isYoung: Bool
    ) throws -> UInt64 {
        bytes.removeAll(keepingCapacity: true)
        let count = UInt64(try log.read(from: range.lowerBound, budget: Self.piece.bytes, into: &bytes))
        // What can't be had just now is passed over: its entries are unknown.
        guard count > 0 else { return range.upperBound }
        defer { letGo() }
        if isYoung && young.count >= most {
            old = young
            young = [:]
        }
        bytes.withUnsafeBytes { bytes in
            var record = range.lowerBound
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) where record < range.upperBound {
                if let head = RecordHead(line: UnsafeRawBufferPointer(rebasing: line)), head.isEntry {
                    if isYoung { young[Self.hash(head.id)] = record } else { old[Self.hash(head.id)] = record }
                }
                record += 1
            }
        }
        return min(range.upperBound, range.lowerBound + count)
    }

    /// One record may have been very large.
    private mutating func letGo() { if bytes.capacity > 4 * Self.piece.bytes { bytes = [] } }
}

extension RecordHead {
    fileprivate var isEntry: Bool { type == "\(CloudEvent.entry)" }
}
