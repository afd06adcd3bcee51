/// Sessions that are to be gone.
import Bytes

extension Engine {
    /// Forgets what a session has said, in whatever stream. Its windows never come out; one that opens later is a new one.
    ///
    /// - Returns: how many windows it had, and the streams whose held message was one of its.
    public mutating func forget(session: String) -> (windows: Int, heldBy: [String]) {
        var (count, heldBy) = (0, [] as [String])
        for id in streams.keys {
            streams[id]?.counting(in: &cost) { state, _ in
                count += state.windows.forget(session: session)
                if state.forgetHeld(of: session) { heldBy.append(id) }
            }
        }
        return (count, heldBy)
    }
}

extension StreamState {
    fileprivate mutating func forgetHeld(of session: String) -> Bool {
        guard let held, let message = held.records.first, held.sessionID(of: message).isSame(as: session) else {
            return false
        }
        self.held = nil
        setHorizon()
        return true
    }
}

extension StreamWindows {
    fileprivate mutating func forget(session: String) -> Int {
        var slots: [Int32] = []
        windows.forEach { slot, window in
            if sessions.name(of: window.session).isSame(as: session) { slots.append(slot) }
        }
        for slot in slots {
            cost -= windows[slot].conversation.cost
            windows.remove(slot, from: &sessions)
        }
        return slots.count
    }
}
