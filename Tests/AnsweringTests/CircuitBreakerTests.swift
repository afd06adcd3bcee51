/// When a server that fails is asked again.
import Testing

@testable import Answering

@Suite("The circuit breaker", .timeLimit(.minutes(5)))
struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// A breaker after so many failures at second 0.
    private func after(failures: Int) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<failures { breaker.failed("down", at: at(0)) }
        return breaker
    }

    @Test(
        "The fifth failure in a row opens it for a second",
        arguments: [(0, true), (1, true), (4, true), (5, false)] as [(Int, Bool)])
    func opens(failures: Int, mayAsk: Bool) {
        var breaker = after(failures: failures)
        let answers = [0, 0.5, 0.999].map { breaker.asks(at: at($0)) }
        #expect(answers == [mayAsk, mayAsk, mayAsk])
    }

    @Test("After its pause a single question is let through as a probe")
    func probe() {
        var breaker = after(failures: 5)
        let answers = [0.999, 1, 1, 1.5].map { breaker.asks(at: at($0)) }
        #expect(answers == [false, true, false, false])
    }

    @Test("A probe that is answered closes it")
    func closes() {
        var breaker = after(failures: 5)
        let probe = breaker.asks(at: at(1))
        breaker.succeeded()
        let answers = [1, 1, 1.1].map { breaker.asks(at: at($0)) }
        #expect(probe)
        #expect(answers == [true, true, true])
    }

    @Test("Each probe that fails doubles the pause, up to 30 seconds")
    func pauses() {
        var breaker = after(failures: 5)
        var time = 0.0
        for pause in [1.0, 2, 4, 8, 16, 30, 30] {
            let answers = [time + pause - 0.001, time + pause].map { breaker.asks(at: at($0)) }
            #expect(answers == [false, true], "a pause of \(pause) s")
            time += pause
            breaker.failed("still down", isProbe: true, at: at(time))
        }
    }

    @Test("An answer in between starts the count anew, and the pause too")
    func startsAnew() {
        var breaker = after(failures: 4)
        breaker.succeeded()
        for _ in 1...4 { breaker.failed("down", at: at(1)) }
        let beforeFifth = breaker.asks(at: at(1))
        breaker.failed("down", at: at(1))
        let answers = [1, 1.999, 2].map { breaker.asks(at: at($0)) }
        #expect(beforeFifth)
        #expect(answers == [false, false, true])
    }

    @Test("Failures of questions that were under way when it opened don't make the pause longer")
    func questionsUnderWay() {
        var breaker = after(failures: 8)
        let answers = [0.999, 1].map { breaker.asks(at: at($0)) }
        #expect(answers == [false, true])
    }

    @Test("The last reason is kept until there is an answer")
    func reason() {
        var breaker = after(failures: 4)
        breaker.failed("stolen", at: at(1))
        let kept = breaker.reason
        breaker.succeeded()
        #expect(kept == "stolen")
        #expect(breaker.reason == "")
    }
}

extension CircuitBreaker {
    /// Asks, where it may.
    fileprivate mutating func asks(at now: ContinuousClock.Instant) -> Bool {
        guard admits(at: now) else { return false }
        _ = begin()
        return true
    }
}
