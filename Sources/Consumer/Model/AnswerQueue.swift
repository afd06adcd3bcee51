/// The order in which windows are answered.
import DequeModule

/// Windows that wait for an answer: those of one session in order and one at a time, sessions each in turn.
actor AnswerQueue {
    /// So many windows may wait before whoever brings them has to.
    private static let limit = 1000

    private var waiting: [PendingWindow.Session: Deque<PendingWindow>] = [:]
    /// Sessions with a window waiting and none being answered.
    private var ready: Deque<PendingWindow.Session> = []
    private var busy: Set<PendingWindow.Session> = []
    /// Windows waiting.
    private(set) var count = 0
    private var isClosed = false
    private var readers: [CheckedContinuation<Void, Never>] = []
    private var writers: [CheckedContinuation<Void, Never>] = []

    /// Queues windows, and waits while too many are waiting. A cancelled caller doesn't wait.
    func submit(_ windows: [PendingWindow]) async {
        for window in windows {
            let session = window.session
            waiting[session, default: []].append(window)
            if waiting[session]?.count == 1 && !busy.contains(session) { ready.append(session) }
        }
        count += windows.count
        wake(&readers)
        while count >= Self.limit && !isClosed && !Task.isCancelled {
            await withTaskCancellationHandler {
                await withCheckedContinuation { writers.append($0) }
            } onCancel: {
                Task { await self.wakeWriters() }
            }
        }
    }

    /// The next window to answer; nil when the queue is closed. Its session waits until ``finished(_:)``.
    func next() async -> PendingWindow? {
        while !isClosed {
            if let session = ready.popFirst(), let window = waiting[session]?.popFirst() {
                if waiting[session]?.isEmpty ?? true { waiting[session] = nil }
                busy.insert(session)
                count -= 1
                wake(&writers)
                return window
            }
            await withCheckedContinuation { readers.append($0) }
        }
        return nil
    }

    /// A window's answer is out: its session may have the next.
    func finished(_ session: PendingWindow.Session) {
        busy.remove(session)
        guard waiting[session] != nil else { return }
        ready.append(session)
        wake(&readers)
    }

    /// Nobody will take windows any more.
    func close() {
        isClosed = true
        wake(&readers)
        wake(&writers)
    }

    private func wakeWriters() { wake(&writers) }

    private func wake(_ sleepers: inout [CheckedContinuation<Void, Never>]) {
        for sleeper in sleepers { sleeper.resume() }
        sleepers.removeAll()
    }
}
