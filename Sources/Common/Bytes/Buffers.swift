/// Memory that is used again.
import Synchronization

/// Where ``SharedBytes`` and ``ByteWriter`` have their memory from. Large buffers that are free wait here for the next
/// who needs one.
enum Buffers {
    /// Smaller ones are the allocator's business.
    private static let smallestKept = 64 << 10
    /// Free bytes kept in all.
    private static let limit = 32 << 20

    private struct Free: @unchecked Sendable {
        // A free buffer is nobody's: whoever takes it out of the list is its only owner.
        let start: UnsafeMutableRawPointer
        let capacity: Int
    }

    private static let free = Mutex<(buffers: [Free], size: Int)>(([], 0))

    /// A buffer of at least so many bytes, and how many it has.
    static func take(_ size: Int) -> (start: UnsafeMutableRawPointer, capacity: Int) {
        if size >= smallestKept {
            let found = free.withLock { free -> Free? in
                // The last one given back is the likeliest to be in the processor's cache. One that is far too large would
                // be missed elsewhere.
                guard let index = free.buffers.lastIndex(where: { size...size * 2 ~= $0.capacity }) else { return nil }
                free.size -= free.buffers[index].capacity
                return free.buffers.remove(at: index)
            }
            if let found { return (found.start, found.capacity) }
        }
        return (.allocate(byteCount: size, alignment: 16), size)
    }

    static func giveBack(_ start: UnsafeMutableRawPointer, _ capacity: Int) {
        let isKept =
            capacity >= smallestKept
            && free.withLock { free in
                guard free.size + capacity <= limit else { return false }
                free.size += capacity
                free.buffers.append(Free(start: start, capacity: capacity))
                return true
            }
        if !isKept { start.deallocate() }
    }
}
