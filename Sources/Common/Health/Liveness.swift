/// Whether a program gets on, for whoever asks.
import Synchronization

/// What the watchdog's thread saw last. Safe to use from anywhere.
public final class Liveness: Sendable {
    private struct State {
        var verdict: Health.Verdict
        /// Whoever asks later is told that nobody looks any more.
        var isGoodUntil: ContinuousClock.Instant
    }

    private let state = Mutex<State?>(nil)

    public init() {}

    func put(_ verdict: Health.Verdict, goodUntil end: ContinuousClock.Instant) {
        state.withLock { $0 = State(verdict: verdict, isGoodUntil: end) }
    }

    /// Which part of the program doesn't get on; nil: all of them do, as far as anybody has looked.
    public func standing(at now: ContinuousClock.Instant) -> String? {
        guard let state = state.withLock({ $0 }) else { return nil }
        if now > state.isGoodUntil { return "the watchdog stands" }
        return state.verdict.isAlive ? nil : state.verdict.status
    }
}
