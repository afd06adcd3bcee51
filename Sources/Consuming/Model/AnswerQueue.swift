/// The order in which windows are answered.
import DequeModule
import Storage
import Streaming

/// Windows that wait for an answer: those of one session in order and one at a time, sessions each in turn.
package actor AnswerQueue {
    /// What becomes of a window while a newer one of its session waits.
    package enum Policy: String, Sendable, CaseIterable {
        /// Each is answered in its turn.
        case queue
        /// Only the newest is answered.
        case latest
    }

    /// A window whose turn it is.
    struct Turn: Sendable {
        let window: PendingWindow
        /// There is a newer one, and nobody wants this one's answer any more.
        var isSuperseded = false
    }

    /// So many windows may wait before whoever brings them has to.
    private static let limit = 1000
    /// Under ``Policy/latest`` most of those that wait are answered without asking, and the newest has to be among them.
    private static let latestLimit = 10_000

    private let policy: Policy
    private var waiting: [SessionKey: Deque<PendingWindow>] = [:]
    /// Sessions with a window waiting and none being answered.
    private var ready: Deque<SessionKey> = []
    /// What is being answered; with how to cut an early result's answer off.
    private var busy: [SessionKey: (@Sendable () -> Void)?] = [:]
    /// Windows waiting.
    private(set) var count = 0
    /// For how many they count: large ones for several.
    private var weight = 0
    private var isClosed = false
    private var readers: [CheckedContinuation<Void, Never>] = []
    private var writers: [CheckedContinuation<Void, Never>] = []

    init(_ policy: Policy = .queue) { self.policy = policy }

    private var limit: Int { policy == .latest ? Self.latestLimit : Self.limit }

    /// Queues windows, and waits while too many are waiting. A cancelled caller doesn't wait.
    func submit(_ windows: [PendingWindow]) async {
        for window in windows {
            let session = window.session
            waiting[session, default: []].append(window)
            if let cutOff = busy[session] { cutOff?() } else if waiting[session]?.count == 1 { ready.append(session) }
        }
        count += windows.count
        weight += windows.reduce(0) { $0 + $1.weight }
        wake(&readers)
        while weight >= limit && !isClosed && !Task.isCancelled {
            await withTaskCancellationHandler {
                await withCheckedContinuation { writers.append($0) }
            } onCancel: {
                Task { await self.wakeWriters() }
            }
        }
    }

    /// The next window to answer; nil when the queue is closed. Its session waits until ``finished(_:)``.
    func next() async -> Turn? {
        while !isClosed {
            if let session = ready.popFirst(), let window = waiting[session]?.popFirst() {
                let isLast = waiting[session]?.isEmpty ?? true
                if isLast { waiting[session] = nil }
                busy[session] = .some(nil)
                count -= 1
                weight -= window.weight
                wake(&writers)
                return Turn(window: window, isSuperseded: policy == .latest && !isLast)
            }
            await withCheckedContinuation { readers.append($0) }
        }
        return nil
    }

    /// An early result is being answered: when a newer window of its session comes, its answer is cut off.
    ///
    /// - Parameter cutOff: called at most once for each such window, and at once if one waits already.
    func answering(early window: PendingWindow, _ cutOff: @escaping @Sendable () -> Void) {
        guard policy == .latest, busy[window.session] != nil else { return }
        if waiting[window.session] == nil { busy[window.session] = cutOff } else { cutOff() }
    }

    /// A window's answer is out: its session may have the next.
    func finished(_ session: SessionKey) {
        busy[session] = nil
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
