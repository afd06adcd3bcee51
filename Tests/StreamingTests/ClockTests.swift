/// What a stream's own clock may say, one row each.
import Testing

@testable import Streaming

@Suite("A stream's own clock", .timeLimit(.minutes(5)))
struct ClockTests {
    /// An hour is far, and ten seconds are a proof.
    private static let policy = WindowPolicy(.tumbling(size: 30_000))
    private static let far = 18_000.0

    static let table: [Rule] = [
        Rule(
            "before the first message it moves nothing", policy,
            [.time(40), says(1, "a", "x"), .ended], ["a 0-30: x"]),
        Rule(
            "exactly as far ahead as a message may be it is believed at once", policy,
            [says(1, "a", "x"), .time(3601), says(2, "a", "y")], ["a 0-30: x", "late: y"]),
        Rule(
            "further ahead it isn't", policy,
            [says(1, "a", "x"), .time(3601.001), says(2, "a", "y"), .ended], ["a 0-30: x, y"]),
        Rule(
            "after hours of silence it is believed when it has gone on for ten seconds", policy,
            [says(1, "a", "x")] + (0..<40).map { .time(far + Double($0) / 4) }
                + [says(2, "a", "in time"), .time(far + 10), says(3, "a", "late")],
            ["a 0-30: x, in time", "late: late"]),
        Rule(
            "one that repeats itself isn't", policy,
            [says(1, "a", "x")] + (0..<100).map { _ in .time(far) } + [says(2, "a", "y"), .ended], ["a 0-30: x, y"]),
        Rule(
            "one that jumps again begins anew", policy,
            [
                says(1, "a", "x"), .time(far), .time(far + 3600.001), .time(far + 3610), says(2, "a", "y"),
                .time(far + 3610.001), says(3, "a", "late"),
            ],
            ["a 0-30: x, y", "late: late"]),
        Rule(
            "a step of as much as a message may be ahead is no jump", policy,
            [says(1, "a", "x"), .time(far), .time(far + 3600), says(2, "a", "late")], ["a 0-30: x", "late: late"]),
        Rule(
            "one that steps back begins anew", policy,
            [
                says(1, "a", "x"), .time(far), .time(far + 9), .time(far + 1), .time(far + 10.999), says(2, "a", "y"),
                .time(far + 11), says(3, "a", "late"),
            ],
            ["a 0-30: x, y", "late: late"]),
        Rule(
            "one that comes back to the stream has gone on from nowhere", policy,
            [
                says(1, "a", "x"), .time(far), .time(far + 9), .time(2), .time(far + 10), says(2, "a", "y"), .ended,
            ],
            ["a 0-30: x, y"]),
        Rule(
            "messages that go on meanwhile change nothing", policy,
            [
                says(1, "a", "x"), .time(far), says(2, "a", "y"), .time(far + 5), says(3, "a", "z"), .time(far + 10),
                says(4, "a", "late"),
            ],
            ["a 0-30: x, y, z", "late: late"]),
        Rule(
            "what a message said that wasn't believed is never believed of it, however it gets there", policy,
            [
                says(1, "a", "x"), says(far, "b", "far"), says(2, "a", "y"), .time(far - 5), .time(far),
                .time(far + 10), .time(far + 20), says(3, "a", "z"), .ended,
            ],
            ["rejected: far", "a 0-30: x, y, z"]),
    ]

    @Test("follows the rules", arguments: table)
    func holds(_ rule: Rule) { rule.check() }

    @Test("a time changes the engine when it moves the clock, or what isn't believed yet, and else doesn't")
    func changes() {
        var engine = Engine(policy: Self.policy)
        func tick(_ seconds: Double) -> Bool {
            var actions: [Action] = []
            return engine.handle(.time(stream: "s", reached: at(seconds)), into: &actions)
        }
        #expect(!tick(5))
        #expect(engine.streams.isEmpty)
        _ = engine.run([says(1, "a", "x")])
        #expect(tick(2))
        #expect(!tick(2))
        #expect(!tick(1))
        #expect(tick(Self.far))
        #expect(!tick(Self.far))
        #expect(tick(Self.far + 1))
        #expect(tick(2))
        #expect(!tick(2))
    }
}
