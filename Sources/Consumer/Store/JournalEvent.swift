/// What the pipeline takes, as rows of the journal.
import Common
import Feed
import Foundation
import Streaming

/// Something that changes the pipeline's state. The journal holds these in order; running them through the pipeline again
/// gives the same state.
enum JournalEvent: Sendable {
    case delivery(Delivery)
    /// The daemon was started with other rules.
    case policy(WindowPolicy)

    private enum Kind: UInt8 {
        case records, time, idle, ended, vanished, lost, began, foreign, policy, refused
    }

    /// The lines that belong to the event. They are most of it, and are written as they are.
    var lines: LineBatch? { if case .delivery(.records(let lines)) = self { lines } else { nil } }

    /// In bytes, roughly.
    var size: Int { 64 + (lines?.size ?? 0) }

    /// The event as bytes, but for its lines; nil for what changes nothing.
    var head: [UInt8]? {
        var writer = ByteWriter(capacity: 256)
        func write(_ kind: Kind, _ text: String, _ number: UInt64? = nil) {
            writer.append(integer: kind.rawValue)
            writer.append(counted: text)
            if let number { writer.append(integer: number) }
        }
        switch self {
        case .delivery(.records(let lines)):
            write(.records, lines.stream, lines.first)
            writer.append(integer: UInt32(lines.count))
        case .delivery(.time(let stream, let time)): write(.time, stream, UInt64(bitPattern: time))
        case .delivery(.idle(let stream)): write(.idle, stream)
        case .delivery(.ended(let stream)): write(.ended, stream)
        case .delivery(.vanished(let stream)): write(.vanished, stream)
        case .delivery(.lost(let stream, let count)): write(.lost, stream, count)
        case .delivery(.began(let stream, let endpoint)):
            write(.began, stream)
            writer.append(counted: endpoint)
        case .delivery(.foreign(let stream)): write(.foreign, stream)
        case .delivery(.refused(let stream, let endpoint, let reason)):
            write(.refused, stream)
            writer.append(counted: endpoint)
            writer.append(counted: reason)
        case .delivery(.duplicates), .delivery(.caughtUp), .delivery(.recognized): return nil
        case .policy(let policy): write(.policy, policy.json)
        }
        return writer.withBytes { Array($0) }
    }

    /// - Throws: `DamagedBytes` for what ``head`` can't have given.
    init(head: [UInt8], lines: UnsafeRawBufferPointer) throws {
        self = try head.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            return try JournalEvent(from: &reader, lines)
        }
    }

    private init(from reader: inout ByteReader, _ lines: UnsafeRawBufferPointer) throws(DamagedBytes) {
        guard let kind = Kind(rawValue: try reader.integer()) else { throw DamagedBytes() }
        let text = try reader.string()
        switch kind {
        case .records:
            let first = try reader.integer(UInt64.self)
            let count = Int(try reader.integer(UInt32.self))
            self = .delivery(.records(LineBatch(stream: text, first: first, count: count, joined: lines)))
        case .time:
            self = .delivery(.time(stream: text, milliseconds: Int64(bitPattern: try reader.integer())))
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
        }
    }
}

extension WindowPolicy {
    /// The rules as text; the same rules give the same text.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Whole numbers and names: nothing in them that JSON couldn't hold.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    init?(json: String) {
        guard let policy = try? JSONDecoder().decode(WindowPolicy.self, from: Data(json.utf8)) else { return nil }
        self = policy
    }
}
