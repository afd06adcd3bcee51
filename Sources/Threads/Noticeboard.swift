/// What one thread says of itself, for others to read.
import Synchronization

/// What a thread says now and then of how it is, the newest alone. Safe to use from anywhere; nobody waits for whoever reads.
package final class Noticeboard<Reading: Sendable>: Sendable {
    /// Said again at most so often while there is always more to do.
    private let interval = Duration.milliseconds(200)

    private struct State {
        var reading: Reading
        var notedAt: ContinuousClock.Instant?
    }

    private let state: Mutex<State>

    /// - Parameter reading: what stands there at first.
    package init(_ reading: Reading) { state = Mutex(State(reading: reading)) }

    package var reading: Reading { state.withLock { $0.reading } }

    /// Takes a reading where the last one is old, or nothing more is to be done for now.
    package func note(
        isLast: Bool, at now: ContinuousClock.Instant = .now, _ take: () throws -> Reading
    ) rethrows {
        let isDue = state.withLock { $0.notedAt.map { now - $0 >= interval } ?? true }
        guard isDue || isLast else { return }
        let reading = try take()
        state.withLock { $0 = State(reading: reading, notedAt: now) }
    }
}
