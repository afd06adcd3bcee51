/// Some of a session's records, one behind another.
import DequeModule

/// The newest records of a stretch, as many as there is room for. Pure.
struct SessionStretch {
    private(set) var records: Deque<(number: UInt64, line: [UInt8])> = []
    /// From this number on none is left out; 1: there is nothing before.
    private(set) var first: UInt64
    private let limit: Int
    private var bytes = 0

    /// - Parameters:
    ///   - first: where the stretch begins.
    ///   - limit: for the lines, in bytes; one there is in any case.
    init(first: UInt64, limit: Int) {
        self.first = first
        self.limit = limit
    }

    /// - Parameter number: above all that are here.
    mutating func append(_ line: [UInt8], _ number: UInt64) {
        records.append((number, line))
        bytes += line.count
        while bytes > limit, records.count > 1, let oldest = records.popFirst() {
            bytes -= oldest.line.count
            first = oldest.number + 1
        }
    }

    /// Nobody has what was before.
    mutating func beginsHere() { if records.isEmpty { first = 1 } }
}
