/// What happens to a stream that has ended and is there again, one row each.
import Testing

@testable import Streaming

@Suite("Streams that come back", .timeLimit(.minutes(5)))
struct ReturningTests {
    private static func policy(
        _ windows: WindowPolicy.Windows = .tumbling(size: 30_000), outOfOrderness: Int64 = 0, late: Int64 = 0
    ) -> WindowPolicy {
        WindowPolicy(windows, maxOutOfOrderness: outOfOrderness, allowedLateness: late)
    }

    static let table: [Rule] = [
        Rule(
            "a window that the end closed isn't opened again; the next one is", policy(),
            [says(1, "a", "x"), .ended, says(2, "a", "y"), says(30, "a", "z"), .ended],
            ["a 0-30: x", "late: y", "a 30-60: z"]),
        Rule(
            "nor is one in which nobody had spoken", policy(),
            [says(31, "a", "x"), .ended, says(2, "b", "y"), says(32, "b", "z"), .ended],
            ["a 30-60: x", "late: y", "late: z"]),
        Rule(
            "no lateness is allowed for what the end closed", policy(late: 600_000),
            [says(1, "a", "x"), .ended, says(2, "a", "y"), says(31, "a", "z"), .ended],
            ["a 0-30: x", "late: y", "a 30-60: z"]),
        Rule(
            "nor for what had closed before", policy(late: 600_000),
            [says(1, "a", "x"), says(31, "a", "y"), .ended, says(2, "a", "late"), says(61, "a", "z"), .ended],
            ["a 0-30: x", "a 30-60: y", "late: late", "a 60-90: z"]),
        Rule(
            "what comes then may be as late as ever", policy(late: 600_000),
            [says(1, "a", "x"), .ended, says(31, "a", "y"), .time(60), says(32, "a", "z"), .ended],
            ["a 0-30: x", "a 30-60: y", "a 30-60 #2 for 30-60 #1: y, z"]),
        Rule(
            "sliding windows: those that hadn't begun take its messages", policy(.sliding(size: 30_000, slide: 10_000)),
            [says(12, "a", "x"), .ended, says(13, "a", "y"), says(25, "a", "z"), .ended],
            [
                "a -10-20: x", "a 0-30: x", "a 10-40: x", "late: y", "a 20-50: z",
            ]),
        Rule(
            "session windows: the session has ended", policy(.session(gap: 10_000)),
            [says(1, "a", "x"), .ended, says(1, "a", "y"), says(1.001, "a", "z"), .ended],
            ["a 1-11: x", "late: y", "a 1.001-11.001: z"]),
        Rule(
            "a session that was late, and has come out again, isn't opened anew",
            policy(.session(gap: 10_000), late: 600_000),
            [says(1, "a", "x"), .time(20), says(2, "a", "y"), .ended, says(1, "a", "z"), says(2, "a", "w"), .ended],
            ["a 1-11: x", "a 1-12 #2 for 1-11 #1: x, y", "late: z", "late: w"]),
        Rule(
            "its clock is where it was: a message far ahead is held", policy(),
            [says(1, "a", "x"), .ended, says(100_000, "a", "far"), says(31, "a", "y"), .ended],
            ["a 0-30: x", "rejected: far", "a 30-60: y"]),
        Rule(
            "a clock that only repeats what a rejected message said isn't believed either", policy(),
            [
                says(1, "a", "x"), says(100_000, "a", "far"), .ended, says(31, "a", "y"), .time(100_000),
                .time(100_010), says(32, "a", "z"), .ended,
            ],
            ["rejected: far", "a 0-30: x", "a 30-60: y, z"]),
        Rule(
            "an end that is said twice is one", policy(),
            [says(1, "a", "x"), .ended, .ended, says(2, "a", "y"), .ended], ["a 0-30: x", "late: y"]),
        Rule(
            "its own clock moves nothing until it speaks", policy(),
            [says(1, "a", "x"), .ended, .time(90), says(31, "a", "y"), .ended], ["a 0-30: x", "a 30-60: y"]),
    ]

    @Test("follows the rules", arguments: table)
    func holds(_ rule: Rule) { rule.check() }

    @Test("so many streams that ended last are known, and no window is kept of them")
    func forgetting() {
        var policy = Self.policy()
        policy.limits.endedStreams = 2
        var engine = Engine(policy: policy)
        for stream in ["one", "two", "three"] { _ = engine.run([says(1, "a", "x"), .ended], stream: stream) }
        #expect(engine.openWindows == 0)
        #expect(engine.cost == 0)
        #expect(engine.streams.isEmpty)
        #expect(engine.ended.count == 2)
        #expect(engine.run([says(2, "a", "y")], stream: "two") == ["late: y"])
        #expect(engine.ended.count == 1)
        #expect(engine.run([.ended], stream: "two") == [])
        #expect(engine.run([says(2, "a", "y"), .ended], stream: "one") == ["a 0-30: y"])
        // One was the last to end, and two the one before.
        #expect(engine.run([says(2, "a", "y")], stream: "three") == [])
    }

    @Test("other rules open no window that has come out by the old ones")
    func otherRules() {
        var engine = Engine(policy: Self.policy())
        var actions: [Action] = []
        _ = engine.run([says(1, "a", "x"), says(31, "a", "y")])
        engine.change(to: Self.policy(late: 600_000), into: &actions)
        #expect(actions.count == 1)
        #expect(
            engine.run([says(2, "a", "x"), says(32, "a", "y"), says(61, "a", "z"), .ended]) == [
                "late: x", "late: y", "a 60-90: z",
            ])
    }

    @Test("other limits leave windows open")
    func otherLimits() {
        var policy = Self.policy()
        var engine = Engine(policy: policy)
        var actions: [Action] = []
        _ = engine.run([says(1, "a", "x")])
        policy.limits.window = 60
        engine.change(to: policy, into: &actions)
        #expect(actions.isEmpty)
        #expect(engine.openWindows == 1)
        #expect(engine.run([says(2, "a", "y"), .ended]) == ["a 0-30 part: x", "a 0-30 #2: y"])
    }
}
