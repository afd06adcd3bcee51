/// A result as bytes.
import Bytes
import Chat

extension WindowResult {
    /// Appends the result in binary form; ``init(from:)`` reads it.
    public func write(to writer: inout ByteWriter) {
        writer.append(counted: stream)
        writer.append(counted: sessionID)
        writer.append(counted: window.kind.rawValue)
        Superseded(window: window, revision: revision).write(to: &writer)
        writer.append(counted: trigger.rawValue)
        writer.append(integer: UInt32(supersedes.count))
        for earlier in supersedes { earlier.write(to: &writer) }
        conversation.write(to: &writer)
    }

    /// - Throws: `DamagedBytes` for what ``write(to:)`` can't have written.
    public convenience init(from reader: inout ByteReader) throws(DamagedBytes) {
        let (stream, sessionID) = (try reader.string(), try reader.string())
        guard let kind = WindowKind(rawValue: try reader.string()) else { throw DamagedBytes() }
        let last = try Superseded(kind, from: &reader)
        guard let trigger = Trigger(rawValue: try reader.string()) else { throw DamagedBytes() }
        var supersedes: [Superseded] = []
        for _ in 0..<(try reader.integer(UInt32.self)) { supersedes.append(try Superseded(kind, from: &reader)) }
        self.init(
            stream: stream, sessionID: sessionID, window: last.window, revision: last.revision, supersedes: supersedes,
            trigger: trigger, conversation: try Conversation(from: &reader))
    }
}

extension WindowResult.Superseded {
    func write(to writer: inout ByteWriter) {
        writer.append(integer: window.start.milliseconds)
        writer.append(integer: window.end.milliseconds &- window.start.milliseconds)
        writer.append(integer: Int64(revision))
    }

    init(_ kind: WindowKind, from reader: inout ByteReader) throws(DamagedBytes) {
        let start = try reader.integer(Int64.self)
        let end = start &+ (try reader.integer(Int64.self))
        self.init(
            window: Window(kind: kind, start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: end)),
            revision: Int(try reader.integer(Int64.self)))
    }
}
