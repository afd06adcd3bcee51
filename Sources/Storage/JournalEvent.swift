/// What changes the pipeline's state, as rows of the journal.
import Bytes
import Feed
import Foundation
import Records
import Streaming

/// Something that changes the pipeline's state. The journal holds these in order; running them through the pipeline again
/// gives the same state.
public enum JournalEvent: Sendable {
    /// Records, decoded: most lines are needed only once.
    case batch(DecodedBatch)
    /// Anything else that was delivered.
    case delivery(Delivery)
    /// The daemon was started with other rules.
    case policy(WindowPolicy)
    /// Results of windows that somebody else has cut.
    case given(GivenResults)

    private enum Kind: UInt8 {
        /// A batch as the first stores have it: lines are whole.
        case firstBatch
        case time, idle, ended, vanished, lost, began, foreign, policy, refused, batch, given
    }

    /// The event as bytes; nil for what changes nothing.
    public var bytes: SharedBytes? {
        var writer = ByteWriter(capacity: capacity)
        func write(_ kind: Kind, _ text: String) {
            writer.append(integer: kind.rawValue)
            writer.append(counted: text)
        }
        switch self {
        case .batch(let batch):
            write(.batch, batch.stream)
            batch.write(to: &writer)
        case .delivery(.time(let stream, let time)):
            write(.time, stream)
            writer.append(integer: time)
        case .delivery(.idle(let stream)): write(.idle, stream)
        case .delivery(.ended(let stream)): write(.ended, stream)
        case .delivery(.vanished(let stream)): write(.vanished, stream)
        case .delivery(.lost(let stream, let count)):
            write(.lost, stream)
            writer.append(integer: count)
        case .delivery(.began(let stream, let endpoint)):
            write(.began, stream)
            writer.append(counted: endpoint)
        case .delivery(.foreign(let stream)): write(.foreign, stream)
        case .delivery(.refused(let stream, let endpoint, let reason)):
            write(.refused, stream)
            writer.append(counted: endpoint)
            writer.append(counted: reason)
        // Records are decoded before they change anything.
        case .delivery(.records), .delivery(.duplicates), .delivery(.caughtUp), .delivery(.recognized),
            .delivery(.ignored):
            return nil
        case .policy(let policy): write(.policy, policy.json)
        case .given(let results):
            write(.given, "")
            results.write(to: &writer)
        }
        return writer.finish()
    }

    /// Room for nearly every event of the kind, in bytes.
    private var capacity: Int { if case .batch(let batch) = self { batch.messages.size + 1024 } else { 256 } }

    /// - Throws: `DamagedBytes` for what ``bytes`` can't have given.
    package init(bytes: UnsafeRawBufferPointer) throws(DamagedBytes) {
        var reader = ByteReader(bytes)
        self = try JournalEvent(from: &reader)
        guard reader.isAtEnd else { throw DamagedBytes() }
    }

    private init(from reader: inout ByteReader) throws(DamagedBytes) {
        guard let kind = Kind(rawValue: try reader.integer()) else { throw DamagedBytes() }
        let text = try reader.string()
        switch kind {
        case .firstBatch: self = .batch(try DecodedBatch(stream: text, areLinesWhole: true, from: &reader))
        case .batch: self = .batch(try DecodedBatch(stream: text, areLinesWhole: false, from: &reader))
        case .time: self = .delivery(.time(stream: text, milliseconds: try reader.integer()))
        case .idle: self = .delivery(.idle(stream: text))
        case .ended: self = .delivery(.ended(stream: text))
        case .vanished: self = .delivery(.vanished(stream: text))
        case .lost: self = .delivery(.lost(stream: text, count: try reader.integer()))
        case .began: self = .delivery(.began(stream: text, endpoint: try reader.string()))
        case .foreign: self = .delivery(.foreign(stream: text))
        case .refused:
            let endpoint = try reader.string()
            self = .delivery(.refused(stream: text, endpoint: endpoint, reason: try reader.string()))
        case .policy:
            guard let policy = WindowPolicy(json: text) else { throw DamagedBytes() }
            self = .policy(policy)
        case .given: self = .given(try GivenResults(from: &reader))
        }
    }
}

extension DecodedBatch {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.append(integer: first)
        writer.append(integer: UInt32(count))
        messages.write(to: &writer)
        writer.append(integer: UInt32(rejected.count))
        for record in rejected {
            writer.append(integer: record.sequence)
            writer.append(counted: record.line)
            writer.append(counted: record.reason)
        }
        writer.append(integer: UInt32(lines.count))
        for (sequence, line) in lines {
            writer.append(integer: sequence)
            writer.append(counted: line.text)
            writer.append(counted: line.note)
        }
    }

    fileprivate init(
        stream: String, areLinesWhole: Bool, from reader: inout ByteReader
    ) throws(DamagedBytes) {
        first = try reader.integer()
        count = Int(try reader.integer(UInt32.self))
        messages = try MessageBatch(stream: stream, from: &reader)
        guard messages.areTimesSound else { throw DamagedBytes() }
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let (sequence, line) = (try reader.integer(UInt64.self), try reader.string())
            rejected.append(RejectedLine(sequence: sequence, line: line, reason: try reader.string()))
        }
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let (sequence, text) = (try reader.integer(UInt64.self), try reader.string())
            lines[sequence] = KeptLine(text: text, note: areLinesWhole ? "" : try reader.string())
        }
    }
}

extension WindowPolicy {
    /// The rules as text; the same rules give the same text.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Whole numbers and names: nothing in them that JSON couldn't hold.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// nil for what can't be the text of rules.
    package init?(json: String) {
        guard let policy = try? JSONDecoder().decode(WindowPolicy.self, from: Data(json.utf8)), policy.isSound else {
            return nil
        }
        self = policy
    }
}
