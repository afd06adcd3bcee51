/// Windows that wait for the model stage.
import Records
import Storage
import Streaming
import Threads

/// Windows in the order in which they came. With a store they wait there, so that any number of them takes no memory;
/// without one they wait here, and whoever brings more has to wait when there are many.
package final class Backlog: Sendable {
    /// Windows that wait in memory before more have to wait elsewhere; large ones count as several.
    private static let limit = 10_000
    /// Windows read from the store in one go.
    private static let portion = 256

    /// So much news of early results about to come out waits. Further news is left out: they are asked about when they are out.
    private static let newsLimit = 256

    private struct News: Sendable {
        let changes: [UpcomingTurns.Change]
        let windows: Int
    }

    private let store: Store?
    private let windows: BoundedQueue<PendingWindow>
    private let upcoming: BoundedQueue<News>
    /// With a store: there may be more in it.
    private let news: BoundedQueue<Void>

    package init(store: Store?) throws {
        self.store = store
        windows = BoundedQueue(limit: Self.limit, wakeup: try Wakeup())
        news = BoundedQueue(limit: 1, wakeup: try Wakeup())
        upcoming = BoundedQueue(limit: Self.newsLimit, wakeup: try Wakeup())
    }

    /// Windows have been committed.
    package func add(_ committed: [PendingWindow]) {
        if store == nil {
            for window in committed { windows.push(window, weight: window.weight) }
        } else if !news.isFull {
            news.push((), weight: 1)
        }
    }

    /// Something has changed about early results that are about to come out. It isn't kept, and doesn't wait for a commit.
    ///
    /// - Parameter windows: how many windows came out before that, with those that another process left.
    package func expect(_ changes: [UpcomingTurns.Change], behind windows: Int) {
        if !upcoming.isFull { upcoming.push(News(changes: changes, windows: windows), weight: changes.count) }
    }

    /// Calls `body` with what is said to ``expect(_:behind:)``, until the task is cancelled.
    package func forEachExpected(_ body: ([UpcomingTurns.Change], Int) async -> Void) async {
        while let some = await upcoming.next() {
            for news in some { await body(news.changes, news.windows) }
        }
    }

    /// Early answers that were published last, the oldest first: their windows may be open. Nothing where nothing is kept.
    ///
    /// - Throws: when the store can't be read.
    package func earlyAnswers() async throws -> [WorkspaceEntry] { try await store?.earlyAnswers() ?? [] }

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
