/// How long a publisher stays after its stream's end.
import Testing

@testable import Feed

@Suite("Linger", .timeLimit(.minutes(5)))
struct LingerTests {
    private let end = ContinuousClock.now
    private let client: [UInt8] = [1]
    private let other: [UInt8] = [2]

    private func after(_ seconds: Double) -> ContinuousClock.Instant { end + .seconds(seconds) }

    @Test("without clients it waits for one as long as its patience lasts")
    func alone() {
        let linger = Linger(patience: .seconds(10))
        #expect(!linger.isOver(endedAt: end, now: after(9.9)))
        #expect(linger.isOver(endedAt: end, now: after(10)))
    }

    @Test("it is over when every client that ever spoke has acknowledged")
    func acknowledged() {
        var linger = Linger(patience: .seconds(10))
        linger.heard(from: client, at: after(-5))
        linger.heard(from: other, at: after(-4))
        linger.acknowledged(by: client, at: after(1))
        #expect(!linger.isOver(endedAt: end, now: after(2)))
        linger.acknowledged(by: other, at: after(2))
        #expect(linger.isOver(endedAt: end, now: after(2)))
    }

    @Test("a request makes it wait anew; silence ends it")
    func requests() {
        var linger = Linger(patience: .seconds(10))
        linger.heard(from: client, at: after(8))
        #expect(!linger.isOver(endedAt: end, now: after(17.9)))
        #expect(linger.isOver(endedAt: end, now: after(18)))
    }

    @Test("where company is optional, a first client is waited for until a moment, and no longer")
    func optional() {
        var linger = Linger(patience: .seconds(10), company: .optional(until: after(2)))
        #expect(!linger.isOver(endedAt: end, now: after(1.9)))
        #expect(linger.isOver(endedAt: end, now: after(2)))
        linger.heard(from: client, at: after(1))
        #expect(!linger.isOver(endedAt: end, now: after(2)), "somebody has come, and is waited for")
        #expect(linger.isOver(endedAt: end, now: after(11)))
        let late = Linger(patience: .seconds(10), company: .optional(until: after(-60)))
        #expect(late.isOver(endedAt: end, now: end))
    }
}
