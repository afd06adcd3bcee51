/// Telling tabs that there is something new.
import Synchronization

/// Tabs wait here for what is written. All are woken together, and not more often than each few milliseconds: what came in between
/// goes out in one piece. Safe to use from anywhere.
final class News: Sendable {
    /// In which what comes is put together. What is seen on a screen changes each 16 ms at most.
    private static let interval = Duration.milliseconds(4)

    private struct State {
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var next: UInt64 = 0
        /// How often there was something.
        var count: UInt64 = 0
        var isOver = false
    }

    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signalling: AsyncStream<Void>.Continuation

    init() { (signals, signalling) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// There is something new.
    func signal() {
        let isAwaited = state.withLock { state in
            state.count += 1
            return !state.waiting.isEmpty
        }
        if isAwaited { signalling.yield() }
    }

    /// How often there was something: to be asked before one looks.
    var count: UInt64 { state.withLock { $0.count } }

    /// Wakes those who wait, until the task is cancelled.
    func run() async {
        for await _ in signals {
            wake()
            try? await Task.sleep(for: Self.interval)
            // Who has begun to wait meanwhile may have missed it.
            if state.withLock({ !$0.waiting.isEmpty }) { wake() }
        }
        end()
    }

    /// Whether nothing more is told.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Nothing more is told: who waits is to go.
    func end() {
        state.withLock { $0.isOver = true }
        wake()
    }

    private func wake() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Waits until there has been something more than so often, or the task is cancelled.
    func wait(beyond count: UInt64) async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    guard state.count == count, !state.isOver, !Task.isCancelled else { return false }
                    state.waiting[id] = continuation
                    return true
                }
                if !isWaiting { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}
