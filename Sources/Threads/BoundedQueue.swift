/// Handing things between a thread that blocks and tasks that don't.
import Synchronization

/// A queue with a limit. One side may be a thread, which is woken through ``wakeup``; the other may be tasks, which
/// wait without blocking. Everything queued is handed over at once, in order.
public final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var items: [Element] = []
        var weight = 0
        var isClosed = false
        var reader: CheckedContinuation<Void, Never>?
        var writers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let limit: Int
    /// Signalled when something was queued, when there is room again, and when the queue closes.
    public let wakeup: Wakeup

    /// - Parameters:
    ///   - limit: the weight from which on writers should wait.
    ///   - wakeup: what the thread's side waits for.
    public init(limit: Int, wakeup: Wakeup) {
        self.limit = limit
        self.wakeup = wakeup
    }

    /// Queues an element, whether or not there is room: the writer waits afterwards, so that order is the order of
    /// calls.
    public func push(_ element: Element, weight: Int) {
        let reader = state.withLock { state in
            state.items.append(element)
            state.weight += weight
            return state.reader.take()
        }
        reader?.resume()
        wakeup.signal()
    }

    /// Nothing more will be queued; readers get what is left.
    public func close() {
        let (reader, writers) = state.withLock { state in
            state.isClosed = true
            return (state.reader.take(), exchange(&state.writers, with: []))
        }
        reader?.resume()
        for writer in writers { writer.resume() }
        wakeup.signal()
    }

    /// Whether writers should wait.
    public var isFull: Bool { state.withLock { $0.weight >= limit && !$0.isClosed } }

    /// Whether nothing is queued.
    public var isEmpty: Bool { state.withLock { $0.items.isEmpty } }

    /// Whether ``close()`` has been called.
    public var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Everything queued, without waiting.
    public func takeAll() -> [Element] {
        let (items, writers, wasFull) = state.withLock { state in
            let wasFull = state.weight >= limit
            state.weight = 0
            return (exchange(&state.items, with: []), exchange(&state.writers, with: []), wasFull)
        }
        for writer in writers { writer.resume() }
        if wasFull { wakeup.signal() }
        return items
    }

    // MARK: The tasks' side

    /// Waits until something is queued, and takes it all. A queue has one reader.
    ///
    /// - Returns: nil when the queue is closed and empty, or the task is cancelled.
    public func next() async -> [Element]? {
        while true {
            // Asked first: what is queued before the close must not be overlooked.
            let isAtEnd = isClosed
            let items = takeAll()
            if !items.isEmpty { return items }
            if isAtEnd || Task.isCancelled { return nil }
            await wait { state, continuation in
                guard state.items.isEmpty else { return false }
                state.reader = continuation
                return true
            }
        }
    }

    /// Waits until there is room, the queue closes, or the task is cancelled.
    public func waitForRoom() async {
        while isFull && !Task.isCancelled {
            await wait { [limit] state, continuation in
                guard state.weight >= limit else { return false }
                state.writers.append(continuation)
                return true
            }
        }
    }

    /// Waits until woken, unless `enqueue` finds that there is no need.
    private func wait(
        _ enqueue: @Sendable (inout sending State, CheckedContinuation<Void, Never>) -> Bool
    ) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    !state.isClosed && !Task.isCancelled && enqueue(&state, continuation)
                }
                if !isWaiting { continuation.resume() }
            }
        } onCancel: {
            // Whoever else is woken looks again and waits again.
            let (reader, writers) = state.withLock { state in
                (state.reader.take(), exchange(&state.writers, with: []))
            }
            reader?.resume()
            for writer in writers { writer.resume() }
        }
    }
}
