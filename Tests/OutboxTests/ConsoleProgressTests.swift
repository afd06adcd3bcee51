/// A console that is slow, and one that stands still.
import Testing

@testable import Outbox

@Suite("The console's lag", .timeLimit(.minutes(1)))
struct ConsoleProgressTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test("is waited for when there is too much of it, until there is less")
    func slow() {
        let lag = ConsoleProgress(from: 1, patience: .whileItMoves, now: start)
        lag.goesOut(upTo: 11, bytes: ConsoleProgress.most.bytes, now: at(10))
        #expect(!lag.isTooFar(now: at(10)))
        lag.goesOut(upTo: 12, bytes: 1, now: at(10))
        #expect(lag.isTooFar(now: at(10.9)))
        lag.shown(upTo: 11, now: at(10.9))
        #expect(!lag.isTooFar(now: at(10.9)))
    }

    @Test("counts in records, too")
    func records() {
        let lag = ConsoleProgress(from: 1, patience: .whileItMoves, now: start)
        lag.goesOut(upTo: ConsoleProgress.most.records + 1, bytes: 1, now: start)
        #expect(!lag.isTooFar(now: start))
        lag.goesOut(upTo: ConsoleProgress.most.records + 2, bytes: 1, now: start)
        #expect(lag.isTooFar(now: start))
        lag.shown(upTo: 2, now: start)
        #expect(!lag.isTooFar(now: start))
    }

    @Test("isn't waited for any more when nothing is shown for a second, and again when something is")
    func stopped() {
        let lag = ConsoleProgress(from: 1, patience: .whileItMoves, now: start)
        lag.goesOut(upTo: 11, bytes: ConsoleProgress.most.bytes, now: start)
        lag.goesOut(upTo: 21, bytes: ConsoleProgress.most.bytes, now: at(0.5))
        #expect(lag.isTooFar(now: at(0.9)))
        #expect(!lag.isTooFar(now: at(1)))
        lag.goesOut(upTo: 31, bytes: ConsoleProgress.most.bytes, now: at(100))
        #expect(!lag.isTooFar(now: at(100)))
        lag.shown(upTo: 11, now: at(101))
        #expect(lag.isTooFar(now: at(101.5)))
        lag.shown(upTo: 31, now: at(101.6))
        #expect(!lag.isTooFar(now: at(101.6)))
    }

    @Test(
        "is waited for as long as it takes where nobody can have stopped a terminal, and not when the reader has gone")
    func pipe() {
        let lag = ConsoleProgress(from: 1, patience: .unlimited, now: start)
        lag.goesOut(upTo: 11, bytes: ConsoleProgress.most.bytes + 1, now: start)
        #expect(lag.isTooFar(now: at(10_000)))
        lag.end()
        lag.goesOut(upTo: 21, bytes: ConsoleProgress.most.bytes + 1, now: at(10_000))
        #expect(!lag.isTooFar(now: at(10_000)))
    }

    @Test("isn't waited for where it can fetch what it has missed; how far the output is, is known all the same")
    func kept() {
        let lag = ConsoleProgress(from: 5, patience: .none, now: start)
        #expect(lag.next == 5)
        lag.goesOut(upTo: 1_000_000, bytes: .max, now: start)
        #expect(!lag.isTooFar(now: start))
        #expect(lag.next == 1_000_000)
    }
}
