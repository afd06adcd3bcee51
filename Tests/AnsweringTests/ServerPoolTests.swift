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
        #expect(choices == [.ask(0), .ask(1), .ask(0), .ask(1), .wait])
        pool.succeeded(.init(server: 0))
        #expect(pool.choose(without: [], at: start) == .ask(0))
    }

    @Test("A question isn't put to a server that has failed it")
    func tried() {
        var pool = ServerPool(count: 2, limit: 1)
        #expect(pool.choose(without: [0], at: start) == .ask(1))
        #expect(pool.choose(without: [0], at: start) == .wait)
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
        #expect(choices == [.ask(1), .ask(1), .ask(1), .ask(1), .wait])
        #expect(pool.reason == "down")
        var alone = broken(count: 1)
        #expect(alone.choose(without: [], at: start) == .nobody)
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
