/// How long an answer is waited for.
import Synchronization

/// The time limits of one answer: until its first token, between tokens, and in all.
package final class Patience: Sendable {
    private struct State {
        var deadline: ContinuousClock.Instant
        var failure: ModelFailure
    }

    private let options: ModelOptions
    private let end: ContinuousClock.Instant
    private let state: Mutex<State>

    /// - Parameter end: when everything has to be over, other servers' attempts included; nil: a whole answer's time from the
    ///   start.
    init(_ options: ModelOptions, from start: ContinuousClock.Instant, until end: ContinuousClock.Instant? = nil) {
        self.options = options
        self.end = end ?? start + options.answerTimeout
        let first = start + options.firstTokenTimeout
        state = Mutex(
            State(
                deadline: min(self.end, first),
                failure: first <= self.end
                    ? .noFirstToken(options.firstTokenTimeout) : .tookTooLong(options.answerTimeout)))
    }

    /// A token has come: the next one may take its time anew.
    func tokenCame() {
        let next = ContinuousClock.now + options.tokenTimeout
        state.withLock { [end, options] state in
            state = State(
                deadline: min(next, end),
                failure: next <= end ? .stalled(options.tokenTimeout) : .tookTooLong(options.answerTimeout))
        }
    }

    /// Does `work`, and cancels it when its time is over.
    ///
    /// - Throws: what `work` throws, or the ``ModelFailure`` of the limit that was passed.
    func watch<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await work() }
            group.addTask { [self] in
                while true {
                    let (deadline, failure) = state.withLock { ($0.deadline, $0.failure) }
                    if deadline <= .now { throw failure }
                    // A token may move the deadline to an earlier time while this sleeps, but not to before this.
                    try await Task.sleep(until: min(deadline, .now + options.tokenTimeout), clock: .continuous)
                }
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}
