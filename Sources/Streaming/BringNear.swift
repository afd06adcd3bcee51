/// Waiting for memory once for many messages, instead of for each by itself.

extension StreamWindows {
    /// So many messages are looked at together: about as many loads as a processor has under way at a time.
    static let groupSize = 32
    /// As many sessions as this are in the processor's caches anyway.
    private static let fewSessions = 4096

    /// Reads what the next messages will be put into: places of the session table, sessions, windows and the ends of what
    /// these hold. With a million sessions each is somewhere else in memory, and a message by itself would wait for one
    /// after the other. Here each step waits for those of all messages together, and then they are in the processor's
    /// cache. Nothing changes by it.
    @inline(__always)
    mutating func bringNear(_ records: ArraySlice<MessageBatch.Record>, in bytes: UnsafeRawBufferPointer) {
        if sessions.count > Self.fewSessions { touched ^= touch(records, in: bytes) }
    }

    /// The same for windows that are about to come out.
    @inline(__always)
    mutating func bringNear(_ slots: ArraySlice<Int32>) {
        if sessions.count > Self.fewSessions { touched ^= touch(slots) }
    }

    @inline(never)
    private func touch(_ slots: ArraySlice<Int32>) -> Int {
        var seen = 0
        for slot in slots { seen ^= windows.touch(slot) ^ sessions.touch(windows[slot].session) }
        return seen
    }

    @inline(never)
    private func touch(_ records: ArraySlice<MessageBatch.Record>, in bytes: UnsafeRawBufferPointer) -> Int {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: records.count) { slots in
            for (place, record) in records.enumerated() {
                let id = UnsafeRawBufferPointer(rebasing: bytes[record.session.asInt])
                slots.initializeElement(at: place, to: sessions.probableSlot(for: id))
            }
            for place in slots.indices where slots[place] >= 0 {
                slots[place] = sessions.firstWindow(of: slots[place])
            }
            var seen = 0
            for slot in slots where slot >= 0 { seen ^= windows.touch(slot) }
            return seen
        }
    }
}
