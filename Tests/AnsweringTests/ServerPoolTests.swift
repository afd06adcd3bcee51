/// Which server is asked, written down as a list.
import Testing

@testable import Answering

@Suite("The pool of servers", .timeLimit(.minutes(5)))
struct ServerPoolTests {
    private let start = ContinuousClock.now

    @Test("The one with the fewest questions under way is asked; equals take turns")
    func fewest() {
        var pool = ServerPool(count: 3, limit: 2)
        let first = (1...3).map { _ in pool.choose(without: [], at: start) }
        #expect(first == [.ask(0), .ask(1), .ask(2)])
        pool.succeeded(.init(server: 1))
        #expect(pool.choose(without: [], at: start) == .ask(1))
    }

    @Test("None is asked more than its limit: the next question waits")
    func limit() {
        var pool = ServerPool(count: 2, limit: 2)
        let choices = (1...5).map { _ in pool.choose(without: [], at: start) }
        #expect(choices == [.ask(0), .ask(1), .ask(0), .ask(1), .wait(until: nil)])
        pool.succeeded(.init(server: 0))
        #expect(pool.choose(without: [], at: start) == .ask(0))
    }

    @Test("A question isn't put to a server that has failed it")
    func tried() {
        var pool = ServerPool(count: 2, limit: 1)
        #expect(pool.choose(without: [0], at: start) == .ask(1))
        #expect(pool.choose(without: [0], at: start) == .wait(until: nil))
        #expect(pool.choose(without: [0, 1], at: start) == .nobody)
    }

    /// A pool whose first server has failed five times.
    private func broken(count: Int, limit: Int = 4) -> ServerPool {
        var pool = ServerPool(count: count, limit: limit)
        let others = Set(1..<count)
        for _ in 1...5 {
            _ = pool.choose(without: others, at: start)
            pool.failed(.init(server: 0), "down", isServersFault: true, at: start)
        }
        return pool
    }

    @Test("A server whose breaker is open is passed over, and its reason kept")
    func open() {
        var pool = broken(count: 2)
        let choices = (1...5).map { _ in pool.choose(without: [], at: start) }
        #expect(choices == [.ask(1), .ask(1), .ask(1), .ask(1), .wait(until: nil)])
        #expect(pool.reason == "down")
        var alone = broken(count: 1)
        #expect(alone.choose(without: [], at: start) == .nobody)
    }

    @Test("What is said of each: not asked yet, ready, failing, down")
    func readings() {
        var pool = ServerPool(count: 2, limit: 4)
        #expect(pool.readings.map(\.state) == [.unasked, .unasked])
        _ = pool.choose(without: [1], at: start)
        #expect(pool.readings.map(\.inFlight) == [1, 0])
        pool.failed(.init(server: 0), "it fell", isServersFault: true, at: start)
        #expect(pool.readings[0].state == .failing)
        #expect(pool.readings[0].error == "it fell")
        _ = pool.choose(without: [1], at: start)
        pool.succeeded(.init(server: 0))
        #expect(pool.readings[0].state == .ready)
        #expect(pool.readings[0].error == nil)
        let down = broken(count: 1).readings[0]
        #expect(down.state == .down)
        #expect(down.error == "down")
    }

    @Test("After the pause one question finds out whether it is back; the others don't wait for that")
    func probe() {
        var pool = broken(count: 1)
        let later = start + .seconds(2)
        let choices = (1...3).map { _ in pool.choose(without: [], at: later) }
        #expect(choices == [.probe(0), .nobody, .nobody])
        pool.succeeded(.init(server: 0, isProbe: true))
        #expect(pool.choose(without: [], at: later) == .ask(0))
    }

    @Test("A probe that is withdrawn leaves the next question to find out")
    func withdrawn() {
        var pool = broken(count: 1)
        let later = start + .seconds(2)
        _ = pool.choose(without: [], at: later)
        pool.abandoned(.init(server: 0, isProbe: true))
        #expect(pool.choose(without: [], at: later) == .probe(0))
    }

    // MARK: Not ready yet

    /// Asks the only server, which isn't ready, at a time.
    ///
    /// - Returns: whether the question can wait; nil where the server isn't asked.
    private func askInVain(
        _ pool: inout ServerPool, after time: Duration, wish: Duration? = nil, limit: Duration = .seconds(60),
        absence: Duration? = nil
    ) -> Bool? {
        guard case .ask(let ticket) = pool.choose(without: [], at: start + time) else { return nil }
        return pool.notYet(ticket, "loading", wish: wish, limit: limit, absence: absence, at: start + time)
    }

    @Test("A server that isn't ready is left alone, longer each time, for two seconds at most")
    func rests() {
        var pool = ServerPool(count: 1, limit: 1)
        var asked: [Duration] = []
        for milliseconds in stride(from: 0, through: 12_000, by: 125) {
            let time = Duration.milliseconds(milliseconds)
            if let canWait = askInVain(&pool, after: time) {
                #expect(canWait)
                asked.append(time)
            }
        }
        let pauses = zip(asked, asked.dropFirst()).map { ($1 - $0) / .milliseconds(1) }
        #expect(pauses == [125, 250, 500, 1000, 2000, 2000, 2000, 2000, 2000])
        #expect(
            pool.choose(without: [], at: start + .milliseconds(12_001))
                == .wait(until: start + .milliseconds(11_875 + 2000)))
    }

    @Test("It is left alone for as long as it wants")
    func wish() {
        var pool = ServerPool(count: 1, limit: 1)
        #expect(askInVain(&pool, after: .zero, wish: .seconds(7)) == true)
        #expect(askInVain(&pool, after: .milliseconds(6999)) == nil)
        #expect(askInVain(&pool, after: .seconds(7)) == true)
    }

    @Test("When that has gone on for too long it counts as one that is down, and questions don't wait any more")
    func tooLong() {
        var pool = ServerPool(count: 1, limit: 1)
        #expect(askInVain(&pool, after: .zero, limit: .seconds(1)) == true)
        #expect(askInVain(&pool, after: .milliseconds(900), limit: .seconds(1)) == false)
        #expect(pool.choose(without: [], at: start + .seconds(1)) == .nobody)
        #expect(pool.reason == "loading")
        // The probe that finds it still not ready doesn't wait either.
        guard case .ask(let probe) = pool.choose(without: [], at: start + .seconds(2)) else {
            Issue.record("there is no probe")
            return
        }
        #expect(probe.isProbe)
        let probeWaits = pool.notYet(
            probe, "loading", wish: nil, limit: .seconds(1), absence: nil, at: start + .seconds(2))
        #expect(!probeWaits)
        pool.succeeded(.init(server: 0))
    }

    @Test("One that nobody has ever reached is waited for a short time, one that has answered as long as any")
    func absence() {
        var never = ServerPool(count: 1, limit: 1)
        #expect(askInVain(&never, after: .zero, absence: .seconds(1)) == true)
        #expect(askInVain(&never, after: .seconds(2), absence: .seconds(1)) == false)
        var known = ServerPool(count: 1, limit: 1)
        guard case .ask(let ticket) = known.choose(without: [], at: start) else { return }
        known.succeeded(ticket)
        #expect(askInVain(&known, after: .zero, absence: .seconds(1)) == true)
        #expect(askInVain(&known, after: .seconds(2), absence: .seconds(1)) == true)
    }

    @Test("While one isn't ready, another one is asked")
    func another() {
        var pool = ServerPool(count: 2, limit: 1)
        guard case .ask(let ticket) = pool.choose(without: [], at: start) else { return }
        let canWait = pool.notYet(ticket, "loading", wish: nil, limit: .seconds(60), absence: nil, at: start)
        #expect(canWait)
        #expect(pool.choose(without: [], at: start) == .ask(1))
        // And both are waited for then: the one that rests, or the one that is busy.
        #expect(pool.choose(without: [], at: start) == .wait(until: start + .milliseconds(125)))
        #expect(pool.choose(without: [], at: start + .milliseconds(125)) == .ask(0))
    }

    @Test("An answer that is no good says nothing about the server")
    func goodServer() {
        var pool = ServerPool(count: 1, limit: 1)
        for _ in 1...20 {
            #expect(pool.choose(without: [], at: start) == .ask(0))
            pool.failed(.init(server: 0), "the model's answer was empty", isServersFault: false, at: start)
        }
    }
}

extension ServerPool.Choice {
    fileprivate static func ask(_ server: Int) -> Self { .ask(ServerPool.Ticket(server: server)) }
    fileprivate static func probe(_ server: Int) -> Self { .ask(ServerPool.Ticket(server: server, isProbe: true)) }
}
