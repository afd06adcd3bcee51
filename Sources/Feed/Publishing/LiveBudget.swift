/// How many bytes may wait for one subscriber.
import DequeModule

/// Libzmq's queues are bounded in messages; this bounds what large ones take up. A record for which there is no room isn't sent
/// live: followers notice that its number is missing and fetch it, and there what waits is bounded in bytes.
///
/// Nobody knows how much of a queue has been sent. But it holds records that were published one after the other, and no more
/// than ``FeedSocket/liveQueue`` of them.
struct LiveBudget {
    /// Of all large records in a queue, in bytes. The small ones can't take up more either.
    static let limit = 64 << 20
    /// From this size on a record is large: a queue full of smaller ones stays within the limit.
    static let large = limit / FeedSocket.liveQueue

    private var waiting: Deque<(sequence: UInt64, size: Int)> = []
    private var size = 0

    /// Whether a large record can go out. One that is larger than the limit has room where no other waits.
    mutating func hasRoom(for size: Int, at sequence: UInt64) -> Bool {
        while let first = waiting.first, first.sequence + UInt64(FeedSocket.liveQueue) <= sequence {
            self.size -= first.size
            waiting.removeFirst()
        }
        guard self.size == 0 || self.size + size <= Self.limit else { return false }
        waiting.append((sequence, size))
        self.size += size
        return true
    }
}
