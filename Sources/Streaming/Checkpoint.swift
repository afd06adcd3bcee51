/// The engine's state as bytes, piece by piece.
import Bytes
import Chat

extension Engine {
    /// What a piece of the state is about.
    fileprivate enum Piece: UInt8 {
        /// A stream, without its windows: these follow.
        case stream
        /// A window of the stream before.
        case window
        /// The clock of a stream that has ended; in the order in which they have.
        case ended
    }

    /// All that the engine knows, in pieces that are as small as the largest of its windows or messages: a state of a
    /// gigabyte needn't be in memory twice. An ``EngineReader`` that takes them in makes an engine that goes on as this one
    /// would.
    public var pieces: EnginePieces { EnginePieces(of: self) }
}

/// Writes an engine's state.
public struct EnginePieces {
    private let engine: Engine
    /// Streams that are still to be written.
    private var ids: [String]
    /// The stream whose windows are being written, and the slot from which on.
    private var current: (stream: StreamState, slot: Int32)?
    private var ended: [(id: String, clock: StreamClock)]

    fileprivate init(of engine: Engine) {
        self.engine = engine
        ids = engine.streams.keys.sorted(by: >)
        ended = engine.ended.inOrder.reversed()
    }

    /// Appends the next piece.
    ///
    /// - Returns: false when there is none.
    public mutating func write(to writer: inout ByteWriter) -> Bool {
        if let slot = current.flatMap({ $0.stream.windows.windows.slot(from: $0.slot) }) {
            current?.slot = slot + 1
            writer.append(integer: Engine.Piece.window.rawValue)
            current?.stream.windows.write(slot, to: &writer)
            return true
        }
        current = nil
        if let id = ids.popLast(), let stream = engine.streams[id] {
            current = (stream, 0)
            writer.append(integer: Engine.Piece.stream.rawValue)
            writer.append(counted: id)
            stream.write(to: &writer)
            return true
        }
        guard let next = ended.popLast() else { return false }
        writer.append(integer: Engine.Piece.ended.rawValue)
        writer.append(counted: next.id)
        next.clock.write(to: &writer)
        return true
    }
}

/// Makes an engine of another one's pieces.
public struct EngineReader {
    private var engine: Engine
    /// The stream whose windows come now.
    private var current: (id: String, stream: StreamState)?

    /// - Parameter policy: the one of the engine that wrote the pieces.
    public init(policy: WindowPolicy) { engine = Engine(policy: policy) }

    /// Takes the next piece.
    ///
    /// - Throws: `DamagedBytes` for what ``EnginePieces`` can't have written.
    public mutating func read(_ reader: inout ByteReader) throws(DamagedBytes) {
        guard let kind = Engine.Piece(rawValue: try reader.integer()) else { throw DamagedBytes() }
        switch kind {
        case .stream:
            finishStream()
            let id = try reader.string()
            current = (id, try StreamState(id: id, policy: engine.policy, from: &reader))
        case .window:
            guard current != nil else { throw DamagedBytes() }
            try current?.stream.windows.readWindow(from: &reader)
        case .ended:
            let id = try reader.string()
            engine.ended.add(id, try StreamClock(from: &reader), keeping: engine.policy.limits.endedStreams)
        }
    }

    private mutating func finishStream() {
        guard let (id, stream) = current.take() else { return }
        engine.add(stream, id: id)
    }

    /// The engine as it was.
    public consuming func finish() -> Engine {
        finishStream()
        return engine
    }
}

extension Engine {
    /// Takes in a stream that was written.
    mutating func add(_ stream: StreamState, id: String) {
        cost += stream.windows.cost - (streams[id]?.windows.cost ?? 0)
        streams[id] = stream
    }
}

extension StreamClock {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.append(integer: latest)
        writer.append(integer: frontier)
        writer.append(integer: doubtful)
        writer.append(flag: hasMessages)
        writer.append(flag: claim != nil)
        if let claim {
            writer.append(integer: claim.since)
            writer.append(integer: claim.reached)
        }
    }

    fileprivate init(from reader: inout ByteReader) throws(DamagedBytes) {
        latest = try reader.integer()
        frontier = try reader.integer()
        doubtful = try reader.integer()
        hasMessages = try reader.flag()
        if try reader.flag() { claim = Claim(since: try reader.integer(), reached: try reader.integer()) }
    }
}

extension StreamState {
    fileprivate func write(to writer: inout ByteWriter) {
        clock.write(to: &writer)
        writer.append(integer: windows.finished)
        writer.append(flag: held != nil)
        held?.write(to: &writer)
    }

    fileprivate init(id: String, policy: WindowPolicy, from reader: inout ByteReader) throws(DamagedBytes) {
        self.init(id: id, policy: policy, goingOnFrom: try StreamClock(from: &reader))
        windows.finished = try reader.integer()
        if try reader.flag() { hold(try MessageBatch(stream: id, from: &reader)) }
        guard heldIsSound else { throw DamagedBytes() }
    }
}

extension StreamWindows {
    fileprivate func write(_ slot: Int32, to writer: inout ByteWriter) {
        let window = windows[slot]
        writer.append(counted: sessions.name(of: window.session))
        writer.append(integer: window.start)
        writer.append(integer: window.end)
        writer.append(integer: window.lastGone)
        writer.append(integer: window.revision)
        writer.append(flag: window.isClosed)
        writer.append(flag: window.hasNewTurn)
        writer.append(integer: UInt32(window.results.count))
        for result in window.results { result.write(to: &writer) }
        window.conversation.write(to: &writer)
    }

    fileprivate mutating func readWindow(from reader: inout ByteReader) throws(DamagedBytes) {
        let session = try reader.bytes()
        var window = RestoredWindow(start: try reader.integer(), end: try reader.integer())
        window.lastGone = try reader.integer()
        try window.readRest(kind, from: &reader)
        try restore(window, of: session)
    }
}

/// A window as it was written.
struct RestoredWindow {
    var start: Int64
    var end: Int64
    var lastGone = Int64.min
    var revision: Int32 = 0
    var isClosed = false
    var hasNewTurn = false
    var results: [WindowResult.Superseded] = []
    var conversation = Conversation()

    init(start: Int64, end: Int64) { (self.start, self.end) = (start, end) }

    /// Reads what has been the same in each version.
    mutating func readRest(_ kind: WindowKind, from reader: inout ByteReader) throws(DamagedBytes) {
        revision = try reader.integer()
        isClosed = try reader.flag()
        hasNewTurn = try reader.flag()
        for _ in 0..<(try reader.integer(UInt32.self)) {
            results.append(try WindowResult.Superseded(kind, from: &reader))
        }
        conversation = try Conversation(from: &reader)
    }

    /// Whether an engine can have had it. Bytes may be anything.
    fileprivate var isSound: Bool {
        let times = conversation.count > 0 ? [start, end, conversation.latest.milliseconds] : [start, end, lastGone]
        return times.allSatisfy { Timestamp(milliseconds: $0).isSound } && start < end && revision >= 0
            && (lastGone == .min || Timestamp(milliseconds: lastGone).isSound)
    }
}

extension StreamWindows {
    /// Opens a window as it was.
    mutating func restore(_ window: RestoredWindow, of session: UnsafeRawBufferPointer) throws(DamagedBytes) {
        guard window.isSound else { throw DamagedBytes() }
        let slot = windows.open(window.start, window.end, of: sessions.slot(for: session), in: &sessions)
        windows[slot].lastGone = window.lastGone
        windows[slot].revision = window.revision
        windows[slot].isClosed = window.isClosed
        windows[slot].hasNewTurn = window.hasNewTurn
        windows[slot].results = window.results
        windows[slot].conversation = window.conversation
        cost += window.conversation.cost
        setTimer(of: slot)
    }
}
