/// What subscribers say, and how often they are heard.
import Testing

@testable import Feed

@Suite("Subscriptions", .timeLimit(.minutes(5)))
struct SubscriptionsTests {
    private func take(_ kind: UInt8, _ topic: String, _ subscriptions: inout Subscriptions) -> Bool {
        ([kind] + Array(topic.utf8)).withUnsafeBytes { subscriptions.apply($0) }
    }

    @Test(
        "a family has subscribers when a prefix of its topics is subscribed to",
        arguments: [("", true), ("message/", true), ("message/a", true), ("mess", true), ("workspace/", false)])
    func families(_ topic: String, _ expected: Bool) {
        var subscriptions = Subscriptions()
        #expect(!subscriptions.contain(Topic.message))
        let isSubscription = take(1, topic, &subscriptions)
        #expect(isSubscription)
        #expect(subscriptions.contain(Topic.message) == expected)
        let isOne = take(0, topic, &subscriptions)
        #expect(!isOne)
        #expect(!subscriptions.contain(Topic.message))
    }

    @Test("what is neither a subscription nor its end is none", arguments: [[], [2, 120], [255]] as [[UInt8]])
    func nonsense(_ message: [UInt8]) {
        var subscriptions = Subscriptions()
        let isSubscription = message.withUnsafeBytes { subscriptions.apply($0) }
        #expect(!isSubscription)
        #expect(!subscriptions.contain(Topic.message))
    }

    @Test("of more topics than are remembered, everybody counts as subscribed to everything")
    func overflow() {
        var subscriptions = Subscriptions()
        for number in 1...Subscriptions.limit { _ = take(1, "token/\(number)", &subscriptions) }
        _ = take(1, "token/1", &subscriptions)
        #expect(!subscriptions.contain(Topic.message))
        _ = take(1, "token/one more", &subscriptions)
        #expect(subscriptions.contain(Topic.message))
        for number in 1...Subscriptions.limit { _ = take(0, "token/\(number)", &subscriptions) }
        #expect(subscriptions.contain(Topic.message), "one isn't known")
    }

    @Test("who sends a few is heard at once, who sends many after a pause")
    func pauses() {
        let start = ContinuousClock.now
        func after(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }
        var subscriptions = Subscriptions()
        subscriptions.heard(Subscriptions.burst, at: start)
        #expect(subscriptions.rest(at: start) == .zero)
        subscriptions.heard(Subscriptions.burst, at: after(20))
        #expect(subscriptions.rest(at: after(20)) == .zero)
        subscriptions.heard(1, at: after(21))
        #expect(subscriptions.rest(at: after(21)) == .milliseconds(20))
        #expect(subscriptions.rest(at: after(40)) == .milliseconds(1))
        #expect(subscriptions.rest(at: after(41)) == .zero)
        #expect(!subscriptions.isFlooded)
    }

    @Test("a flood is one when it goes on", arguments: [(40, true), (2000, false)])
    func flood(_ interval: Int, _ expected: Bool) {
        let start = ContinuousClock.now
        var subscriptions = Subscriptions()
        for turn in 0...Subscriptions.flood {
            subscriptions.heard(Subscriptions.burst + 1, at: start + .milliseconds(turn * interval))
        }
        #expect(subscriptions.isFlooded == expected)
    }
}
