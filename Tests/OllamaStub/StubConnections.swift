/// The connections that are open.
import NIOCore
import Synchronization

/// Knows every open connection, so that all of them can be cut at once.
final class StubConnections: Sendable {
    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var isShut = false
    }

    private let state = Mutex(State())

    /// Takes in a connection until it closes; closes one that comes too late.
    func add(_ channel: any Channel) {
        let isShut = state.withLock { state in
            if !state.isShut { state.open[ObjectIdentifier(channel)] = channel }
            return state.isShut
        }
        if isShut { return channel.close(promise: nil) }
        let key = ObjectIdentifier(channel)
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { state in _ = state.open.removeValue(forKey: key) }
        }
    }

    /// Takes in no connection any more.
    ///
    /// - Returns: those that are open; nil when this was called before.
    func shut() -> [any Channel]? {
        state.withLock { state in
            guard !state.isShut else { return nil }
            state.isShut = true
            return Array(state.open.values)
        }
    }
}
