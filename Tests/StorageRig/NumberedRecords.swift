/// Records to put into a store.
import Feed
import Records
import Storage

extension PackedRecords {
    /// Records that say their number.
    package static func numbered(_ range: ClosedRange<UInt64>) -> PackedRecords {
        PackedRecords(
            range.map {
                .setAside(
                    SetAside(
                        kind: .rejected, stream: "s", sequence: $0, sessionID: nil, line: "record \($0).", reason: ""))
            }, first: range.lowerBound)
    }
}

extension RecordBlock {
    /// Lines as the output has them, without topics.
    package init(_ lines: LineBlock) {
        self.init(first: lines.first, lines: lines.bytes, topics: [], ends: lines.ends.map { (line: $0, topic: 0) })
    }
}
