/// Sessions that have windows, found by the bytes of their id.

/// A hash table from session ids to slots. It is keyed by bytes where they lie, so that finding a session, which every
/// message does, neither copies nor allocates; slots stay the same while a session is in the table.
struct SessionTable: Sendable {
    private struct Session: Sendable {
        var name: SessionName
        let hash: UInt32
        /// The first of the session's windows, a slot of the ``WindowTable``; −1: none.
        var firstWindow: Int32 = -1
    }

    /// A place in the hash table. It has the session's hash, so that others are passed over without looking at them.
    private struct Bucket: Sendable {
        var hash: UInt32 = 0
        /// A slot of ``sessions``; −1: empty.
        var slot: Int32 = -1
    }

    private var sessions: [Session] = []
    private var free: [Int32] = []
    /// Open addressing. The size is a power of two.
    private var buckets = [Bucket](repeating: Bucket(), count: 16)
    private(set) var count = 0

    private var mask: Int { buckets.count - 1 }

    @inline(__always)
    private func home(of hash: UInt32) -> Int { Int(hash) & mask }

    @inline(__always)
    private static func hash(of id: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: SessionHash.of(id))
    }

    /// The slot of a session; makes one where there is none.
    mutating func slot(for id: UnsafeRawBufferPointer) -> Int32 {
        let hash = Self.hash(of: id)
        var place = home(of: hash)
        while case let bucket = buckets[place], bucket.slot >= 0 {
            if bucket.hash == hash && sessions[Int(bucket.slot)].name == id { return bucket.slot }
            place = (place + 1) & mask
        }
        return insert(id, hash, at: place)
    }

    /// The slot of a session; nil: it has no window.
    func existingSlot(for id: UnsafeRawBufferPointer) -> Int32? {
        let hash = Self.hash(of: id)
        var place = home(of: hash)
        while case let bucket = buckets[place], bucket.slot >= 0 {
            if bucket.hash == hash && sessions[Int(bucket.slot)].name == id { return bucket.slot }
            place = (place + 1) & mask
        }
        return nil
    }

    /// The slot of a session, most probably: only hashes are compared, and no session is looked at. −1: there is none.
    @inline(__always)
    func probableSlot(for id: UnsafeRawBufferPointer) -> Int32 {
        let hash = Self.hash(of: id)
        var place = home(of: hash)
        while case let bucket = buckets[place], bucket.slot >= 0 && bucket.hash != hash { place = (place + 1) & mask }
        return buckets[place].slot
    }

    private mutating func insert(_ id: UnsafeRawBufferPointer, _ hash: UInt32, at emptyPlace: Int) -> Int32 {
        let session = Session(name: SessionName(id), hash: hash)
        let slot: Int32
        if let reused = free.popLast() {
            slot = reused
            sessions[Int(slot)] = session
        } else {
            slot = Int32(sessions.count)
            sessions.append(session)
        }
        buckets[emptyPlace] = Bucket(hash: hash, slot: slot)
        count += 1
        if count * 4 > buckets.count * 3 { grow() }
        return slot
    }

    private mutating func grow() {
        let old = buckets
        buckets = [Bucket](repeating: Bucket(), count: old.count * 2)
        for bucket in old where bucket.slot >= 0 {
            var place = home(of: bucket.hash)
            while buckets[place].slot >= 0 { place = (place + 1) & mask }
            buckets[place] = bucket
        }
    }

    func name(of slot: Int32) -> String { sessions[Int(slot)].name.string }

    func bytes(of slot: Int32) -> SessionName { sessions[Int(slot)].name }

    /// The order of session ids: by their bytes, which for UTF-8 is by code points.
    func precedes(_ a: Int32, _ b: Int32) -> Bool {
        sessions[Int(a)].name < sessions[Int(b)].name
    }

    /// The first 16 bytes of a session's id, as numbers that are ordered as they are.
    func beginning(of slot: Int32) -> (UInt64, UInt64) { sessions[Int(slot)].name.words }

    /// Reads a session and its place, for nothing but to have them in the processor's cache.
    @inline(__always)
    func touch(_ slot: Int32) -> Int { Int(buckets[home(of: sessions[Int(slot)].hash)].slot) }

    func firstWindow(of slot: Int32) -> Int32 { sessions[Int(slot)].firstWindow }

    mutating func setFirstWindow(of slot: Int32, to window: Int32) { sessions[Int(slot)].firstWindow = window }

    /// Forgets a session that has no window any more. Its slot will be used again.
    mutating func removeIfWithoutWindows(_ slot: Int32) {
        guard sessions[Int(slot)].firstWindow < 0 else { return }
        var place = home(of: sessions[Int(slot)].hash)
        while buckets[place].slot != slot { place = (place + 1) & mask }
        closeGap(at: place)
        sessions[Int(slot)].name = SessionName()
        free.append(slot)
        count -= 1
        // After a burst the room of many sessions isn't kept for few.
        if count == 0 && sessions.capacity > 4096 { self = SessionTable() }
    }

    /// Empties a bucket and moves up those behind it that would no longer be found (Knuth, TAOCP 3, 6.4, algorithm R).
    private mutating func closeGap(at place: Int) {
        var gap = place
        var next = (gap + 1) & mask
        while case let bucket = buckets[next], bucket.slot >= 0 {
            // The one at `next` may move into the gap unless its home lies between the two.
            if (next - home(of: bucket.hash)) & mask >= (next - gap) & mask {
                buckets[gap] = bucket
                gap = next
            }
            next = (next + 1) & mask
        }
        buckets[gap] = Bucket()
    }
}
