/// The engine's state as bytes.
import Common

extension Engine {
    /// All that the engine knows. An engine made of it goes on as this one would.
    public func write(to writer: inout ByteWriter) {
        writer.append(integer: UInt32(streams.count))
        for (id, state) in streams {
            writer.append(counted: id)
            state.write(to: &writer)
        }
    }

    /// - Parameter policy: the one of the engine that wrote the state.
    /// - Throws: `DamagedBytes` for what ``write(to:)`` can't have written.
    public init(policy: WindowPolicy, from reader: inout ByteReader) throws(DamagedBytes) {
        self.init(policy: policy)
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let id = try reader.string()
            streams[id] = try StreamState(id: id, policy: policy, from: &reader)
        }
    }
}

extension StreamState {
    func write(to writer: inout ByteWriter) {
        writer.append(integer: latest)
        writer.append(integer: complete)
        writer.append(integer: doubtful)
        writer.append(flag: hasMessages)
        writer.append(flag: held != nil)
        held?.write(to: &writer)
        windows.write(to: &writer)
    }

    init(id: String, policy: WindowPolicy, from reader: inout ByteReader) throws(DamagedBytes) {
        self.init(id: id, policy: policy)
        latest = try reader.integer()
        complete = try reader.integer()
        doubtful = try reader.integer()
        hasMessages = try reader.flag()
        if hasMessages { horizon = latest.plus(policy.maxAdvance) }
        if try reader.flag() {
            held = try MessageBatch(stream: id, from: &reader)
            guard held?.count == 1 else { throw DamagedBytes() }
            horizon = .min
        }
        try windows.read(from: &reader)
    }
}

extension StreamWindows {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.append(integer: UInt32(windows.count))
        windows.forEach { window in
            writer.append(counted: sessions.name(of: window.session))
            writer.append(integer: window.start)
            writer.append(integer: window.end)
            writer.append(integer: window.revision)
            writer.append(flag: window.isClosed)
            writer.append(flag: window.hasNewTurn)
            writer.append(integer: UInt32(window.results.count))
            for result in window.results { result.write(to: &writer) }
            window.conversation.write(to: &writer)
        }
    }

    fileprivate mutating func read(from reader: inout ByteReader) throws(DamagedBytes) {
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let session = sessions.slot(for: try reader.bytes())
            let slot = windows.open(try reader.integer(), try reader.integer(), of: session, in: &sessions)
            windows[slot].revision = try reader.integer()
            windows[slot].isClosed = try reader.flag()
            windows[slot].hasNewTurn = try reader.flag()
            for _ in 0..<(try reader.integer(UInt32.self)) {
                windows[slot].results.append(try WindowResult.Superseded(kind, from: &reader))
            }
            windows[slot].conversation = try Conversation(from: &reader)
            setTimer(of: slot)
        }
    }
}

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
    fileprivate func write(to writer: inout ByteWriter) {
        writer.append(integer: window.start.milliseconds)
        writer.append(integer: window.end.milliseconds &- window.start.milliseconds)
        writer.append(integer: Int64(revision))
    }

    fileprivate init(_ kind: WindowKind, from reader: inout ByteReader) throws(DamagedBytes) {
        let start = try reader.integer(Int64.self)
        let end = start &+ (try reader.integer(Int64.self))
        self.init(
            window: Window(kind: kind, start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: end)),
            revision: Int(try reader.integer(Int64.self)))
    }
}
