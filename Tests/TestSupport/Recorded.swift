/// Things that happened, in order.
import Synchronization

/// A list that grows, and that tells when it has grown enough. Safe to use from anywhere.
public final class Recorded<Element: Sendable>: Sendable {
    private struct Waiter {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var elements: [Element] = []
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// All there is so far.
    public var all: [Element] { state.withLock { $0.elements } }

    public var count: Int { state.withLock { $0.elements.count } }

    /// Returns how many elements there are now.
    @discardableResult
    public func append(_ element: Element) -> Int {
        let (count, woken) = state.withLock { state in
            state.elements.append(element)
            let count = state.elements.count
            let due = state.waiters.filter { $0.value.count <= count }
            for number in due.keys { state.waiters[number] = nil }
            return (count, due.values.map(\.continuation))
        }
        for continuation in woken { continuation.resume() }
        return count
    }

    /// Waits until there are so many elements.
    ///
    /// - Returns: the first `count` of them.
    /// - Throws: `CancellationError` when the task is cancelled before.
    @discardableResult
    public func first(_ count: Int) async throws -> [Element] {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    if state.elements.count >= count || Task.isCancelled { return false }
                    state.waiters[number] = Waiter(count: count, continuation: continuation)
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.continuation.resume()
        }
        let elements = all
        guard elements.count >= count else { throw CancellationError() }
        return Array(elements.prefix(count))
    }
}
