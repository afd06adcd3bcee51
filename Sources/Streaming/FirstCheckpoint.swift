/// The engine's state as the first stores have it: in one value.
import Bytes

extension Engine {
    /// - Parameter policy: the one of the engine that wrote the state.
    /// - Throws: `DamagedBytes` for what no engine can have written.
    public init(policy: WindowPolicy, fromFirstForm reader: inout ByteReader) throws(DamagedBytes) {
        self.init(policy: policy)
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let id = try reader.string()
            add(try StreamState(id: id, policy: policy, fromFirstForm: &reader), id: id)
        }
    }
}

extension StreamState {
    fileprivate init(id: String, policy: WindowPolicy, fromFirstForm reader: inout ByteReader) throws(DamagedBytes) {
        var clock = StreamClock()
        clock.latest = try reader.integer()
        clock.frontier = try reader.integer()
        clock.doubtful = try reader.integer()
        clock.hasMessages = try reader.flag()
        self.init(id: id, policy: policy, goingOnFrom: clock)
        windows.finished = .min
        if try reader.flag() { hold(try MessageBatch(stream: id, from: &reader)) }
        guard heldIsSound else { throw DamagedBytes() }
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let session = try reader.bytes()
            var window = RestoredWindow(start: try reader.integer(), end: try reader.integer())
            try window.readRest(windows.kind, from: &reader)
            try windows.restore(window, of: session)
        }
    }
}
