/// Memory that is used again.
import Glibc
import Synchronization

/// Where ``SharedBytes`` and ``ByteWriter`` have their memory from. Large buffers that are free wait here for the next
/// who needs one. They are mapped, not allocated: among small things they would leave holes in the heap that nothing fits.
enum Buffers {
    /// Smaller ones are the allocator's business.
    private static let smallestMapped = 64 << 10
    /// Free bytes kept in all.
    private static let limit = 24 << 20

    // Unchecked, and right: a free buffer is nobody's, and whoever takes it out of the list is its only owner.
    private struct Free: @unchecked Sendable {
        let start: UnsafeMutableRawPointer
        let capacity: Int
    }

    private static let free = Mutex<(buffers: [Free], size: Int)>(([], 0))

    /// A buffer of at least so many bytes, and how many it has.
    static func acquire(_ size: Int) -> (start: UnsafeMutableRawPointer, capacity: Int) {
        if size >= smallestMapped {
            let size = rounded(size)
            let found = free.withLock { free -> Free? in
                // The last one given back is the likeliest to be in the processor's cache. One that is far too large would
                // be missed elsewhere.
                guard let index = free.buffers.lastIndex(where: { size...size * 2 ~= $0.capacity }) else { return nil }
                free.size -= free.buffers[index].capacity
                return free.buffers.remove(at: index)
            }
            if let found { return (found.start, found.capacity) }
            let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            // There is no memory left; the allocator ends the program there, too.
            guard let start, start != MAP_FAILED else { fatalError("no memory for a buffer of \(size) bytes") }
            return (start, size)
        }
        return (.allocate(byteCount: size, alignment: 16), size)
    }

    static func giveBack(_ start: UnsafeMutableRawPointer, _ capacity: Int) {
        guard capacity >= smallestMapped else { return start.deallocate() }
        let dropped = free.withLock { free in
            free.size += capacity
            free.buffers.append(Free(start: start, capacity: capacity))
            // Those that have waited longest go: nobody needs their size any more.
            var count = 0
            while free.size > limit {
                free.size -= free.buffers[count].capacity
                count += 1
            }
            defer { free.buffers.removeFirst(count) }
            return Array(free.buffers.prefix(count))
        }
        for buffer in dropped { munmap(buffer.start, buffer.capacity) }
    }

    /// Up to a quarter more, so that buffers for much the same fit each other. What isn't written to takes no memory.
    private static func rounded(_ size: Int) -> Int {
        let step = 1 << max(0, Int.bitWidth - 1 - (size - 1).leadingZeroBitCount - 2)
        return (size + step - 1) & -step
    }
}
