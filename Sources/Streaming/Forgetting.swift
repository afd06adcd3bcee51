/// Sessions that are to be gone.

extension Engine {
    /// Forgets what a session has said, in whatever stream. Its windows never come out; one that opens later is a new one.
    ///
    /// - Returns: how many windows it had, and the streams whose held message was one of its.
    public mutating func forget(session: String) -> (windows: Int, heldBy: [String]) {
        let name = Array(session.utf8)
        var (count, heldBy) = (0, [] as [String])
        for id in streams.keys {
            streams[id]?.counting(in: &cost) { state, _ in
                count += state.windows.forget(session: name)
                if state.forgetHeld(of: name) { heldBy.append(id) }
            }
        }
        return (count, heldBy)
    }
}

extension StreamState {
    fileprivate mutating func forgetHeld(of session: [UInt8]) -> Bool {
        let isOfSession = held?.withRecords { records, bytes in
            records.contains { UnsafeRawBufferPointer(rebasing: bytes[$0.session.asInt]).elementsEqual(session) }
        }
        guard isOfSession == true else { return false }
        held = nil
        setHorizon()
        return true
    }
}

extension StreamWindows {
    fileprivate mutating func forget(session name: [UInt8]) -> Int {
        var slots: [Int32] = []
        windows.forEach { slot, window in
            if sessions.name(of: window.session).utf8.elementsEqual(name) { slots.append(slot) }
        }
        for slot in slots {
            cost -= windows[slot].conversation.cost
            windows.remove(slot, from: &sessions)
        }
        return slots.count
    }
}
