/// The newest records of a workspace.
import Bytes
import DequeModule

/// Records as they came, by number and by session; the oldest are forgotten first. Pure.
struct RecordRing {
    struct Limits {
        var count = 100_000
        /// In bytes, with what it takes to find them.
        var bytes = 64 << 20
    }

    struct Kept {
        let number: UInt64
        let line: [UInt8]
        /// Told apart by its bytes.
        let session: [UInt8]?
    }

    /// What a record takes besides its line, in bytes.
    private static let overhead = 96

    private let limits: Limits
    private var records: Deque<Kept> = []
    private var numbers: [[UInt8]: Deque<UInt64>] = [:]
    private(set) var size = 0

    init(limits: Limits = Limits()) { self.limits = limits }

    var first: UInt64? { records.first?.number }
    var count: Int { records.count }

    /// - Parameter record: its number is above all that are here.
    mutating func append(_ record: Kept) {
        records.append(record)
        size += record.line.count + Self.overhead
        numbers[record.session ?? [], default: []].append(record.number)
        while records.count > limits.count || size > limits.bytes, let oldest = records.popFirst() {
            size -= oldest.line.count + Self.overhead
            let session = oldest.session ?? []
            numbers[session]?.removeFirst()
            if numbers[session]?.isEmpty == true { numbers[session] = nil }
        }
    }

    mutating func clear() { self = RecordRing(limits: limits) }

    /// A session's newest records before a number, in order, and the number from which on none of them is left out.
    ///
    /// - Parameters:
    ///   - session: empty: those that belong to none.
    ///   - bytes: not more than that, but one at least.
    func records(
        of session: [UInt8], before end: UInt64, atMost count: Int, bytes: Int
    ) -> (records: [Kept], first: UInt64) {
        var found: [Kept] = []
        var size = 0
        for number in (numbers[session] ?? []).reversed() where number < end {
            guard let record = record(number) else { break }
            size += record.line.count
            if found.count == count || size > bytes, let first = found.last?.number {
                return (found.reversed(), first)
            }
            found.append(record)
        }
        return (found.reversed(), min(first ?? end, end))
    }

    private func record(_ number: UInt64) -> Kept? {
        let index = records.partitioningIndex { $0.number >= number }
        return index < records.endIndex && records[index].number == number ? records[index] : nil
    }
}
