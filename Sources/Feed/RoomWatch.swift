/// Waiting for room, for a while.
import Threads
import ZeroMQ

/// Looks after a queue that a thread fills with what it receives. A queue that is full for a moment is waited for without
/// reading: sockets hold what comes. One that stays full isn't: sockets that nobody reads fill up, and then nobody sees that
/// their connections have ended.
public struct RoomWatch<Element: Sendable>: ~Copyable {
    /// So long a full queue is waited for.
    private static var patience: Duration { .seconds(1) }

    private let queue: BoundedQueue<Element>
    private let wakeup: Wakeup
    private var poller = Poller()
    private var fullSince: ContinuousClock.Instant?

    /// - Parameter wakeup: signalled when there is room; nobody else waits for it.
    public init(_ queue: BoundedQueue<Element>, wakeup: Wakeup) {
        self.queue = queue
        self.wakeup = wakeup
        _ = poller.add(descriptor: wakeup.descriptor)
    }

    /// Waits while the queue is full, but not for long.
    ///
    /// - Parameters:
    ///   - milliseconds: the longest wait at a time.
    ///   - isStopped: asked each time something may have happened.
    /// - Returns: whether the queue has been full for so long that nothing is to be put into it now.
    public mutating func isMissing(milliseconds: Int, isStopped: () -> Bool) throws(ZMQError) -> Bool {
        while queue.isFull && !isStopped() {
            let now = ContinuousClock.now
            let since = fullSince ?? now
            fullSince = since
            let left = Self.patience - (now - since)
            guard left > .zero else { return true }
            try poller.wait(milliseconds: min(milliseconds, left.milliseconds + 1))
            wakeup.clear()
        }
        fullSince = nil
        return false
    }
}
