/// Sessions that have windows, found by the bytes of their id.

/// A hash table from session ids to slots. It is keyed by bytes where they lie, so that finding a session, which every
/// message does, neither copies nor allocates; slots stay the same while a session is in the table.
struct SessionTable: Sendable {
    struct Session: Sendable {
        let hash: Int
        var name: SessionName
        /// The first of the session's windows, a slot of the ``WindowTable``; −1: none.
        var firstWindow: Int32 = -1
    }

    private(set) var sessions: [Session] = []
    private var free: [Int32] = []
    /// Open addressing: slots of ``sessions``, −1 where empty. The size is a power of two.
    private var buckets = [Int32](repeating: -1, count: 16)
    private var count = 0

    private var mask: Int { buckets.count - 1 }

    /// The slot of a session; makes one where there is none.
    mutating func slot(for id: UnsafeRawBufferPointer) -> Int32 {
        let hash = SessionHash.of(id)
        var bucket = hash & mask
        while case let slot = buckets[bucket], slot >= 0 {
            if sessions[Int(slot)].hash == hash && sessions[Int(slot)].name == id { return slot }
            bucket = (bucket + 1) & mask
        }
        return insert(id, hash, at: bucket)
    }

    private mutating func insert(_ id: UnsafeRawBufferPointer, _ hash: Int, at emptyBucket: Int) -> Int32 {
        let session = Session(hash: hash, name: SessionName(id))
        let slot: Int32
        if let reused = free.popLast() {
            slot = reused
            sessions[Int(slot)] = session
        } else {
            slot = Int32(sessions.count)
            sessions.append(session)
        }
        buckets[emptyBucket] = slot
        count += 1
        if count * 4 > buckets.count * 3 { grow() }
        return slot
    }

    private mutating func grow() {
        let old = buckets
        buckets = [Int32](repeating: -1, count: old.count * 2)
        for slot in old where slot >= 0 {
            var bucket = sessions[Int(slot)].hash & mask
            while buckets[bucket] >= 0 { bucket = (bucket + 1) & mask }
            buckets[bucket] = slot
        }
    }

    func name(of slot: Int32) -> String { sessions[Int(slot)].name.string }

    /// The order of session ids: by their bytes, which for UTF-8 is by code points.
    func precedes(_ a: Int32, _ b: Int32) -> Bool {
        sessions[Int(a)].name < sessions[Int(b)].name
    }

    func firstWindow(of slot: Int32) -> Int32 { sessions[Int(slot)].firstWindow }

    mutating func setFirstWindow(of slot: Int32, to window: Int32) { sessions[Int(slot)].firstWindow = window }

    /// Forgets a session that has no window any more. Its slot will be used again.
    mutating func removeIfWithoutWindows(_ slot: Int32) {
        guard sessions[Int(slot)].firstWindow < 0 else { return }
        var bucket = sessions[Int(slot)].hash & mask
        while buckets[bucket] != slot { bucket = (bucket + 1) & mask }
        closeGap(at: bucket)
        sessions[Int(slot)].name = SessionName()
        free.append(slot)
        count -= 1
        // After a burst the room of many sessions isn't kept for few.
        if count == 0 && sessions.capacity > 4096 { self = SessionTable() }
    }

    /// Empties a bucket and moves up those behind it that would no longer be found (Knuth, TAOCP 3, 6.4, algorithm R).
    private mutating func closeGap(at bucket: Int) {
        var gap = bucket
        var next = (gap + 1) & mask
        while case let slot = buckets[next], slot >= 0 {
            let home = sessions[Int(slot)].hash & mask
            // The one at `next` may move into the gap unless its home lies between the two.
            if (next - home) & mask >= (next - gap) & mask {
                buckets[gap] = slot
                gap = next
            }
            next = (next + 1) & mask
        }
        buckets[gap] = -1
    }
}
