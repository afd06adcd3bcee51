/// Windows that wait for the model stage.
import Storage
import Threads

/// Windows in the order in which they came. With a store they wait there, so that any number of them takes no memory;
/// without one they wait here, and whoever brings more has to wait when there are many.
package final class Backlog: Sendable {
    /// Windows that wait in memory before more have to wait elsewhere; large ones count as several.
    private static let limit = 10_000
    /// Windows read from the store in one go.
    private static let portion = 256

    private let store: Store?
    private let windows: BoundedQueue<PendingWindow>
    /// With a store: there may be more in it.
    private let news: BoundedQueue<Void>

    package init(store: Store?) throws {
        self.store = store
        windows = BoundedQueue(limit: Self.limit, wakeup: try Wakeup())
        news = BoundedQueue(limit: 1, wakeup: try Wakeup())
    }

    /// Windows have been committed.
    package func add(_ committed: [PendingWindow]) {
        if store == nil {
            for window in committed { windows.push(window, weight: window.weight) }
        } else if !news.isFull {
            news.push((), weight: 1)
        }
    }

    /// Waits while too many are waiting.
    package func waitForRoom() async { await windows.waitForRoom() }

    /// Calls `body` with the windows, those that were left by another process first, until the task is cancelled.
    ///
    /// - Throws: when the store can't be read.
    package func forEach(_ body: ([PendingWindow]) async -> Void) async throws {
        guard let store else {
            while let some = await windows.next() { await body(some) }
            return
        }
        var last = Int64.min
        while !Task.isCancelled {
            let some = try await store.pending(after: last, limit: Self.portion)
            if let end = some.last {
                last = end.id
                await body(some)
            } else if await news.next() == nil {
                return
            }
        }
    }
}
