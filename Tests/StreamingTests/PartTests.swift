/// When windows come out because they are large, one row each.
import Streaming
import Testing

@Suite("Parts of windows", .timeLimit(.minutes(5)))
struct PartTests {
    /// A message of one letter costs 41. Two of them fit into 90.
    private static func policy(
        _ windows: WindowPolicy.Windows = .tumbling(size: 30_000), window: Int = 90, total: Int = 1 << 30,
        outOfOrderness: Int64 = 0, late: Int64 = 0, turnSilence: Int64? = nil
    ) -> WindowPolicy {
        WindowPolicy(
            windows, maxOutOfOrderness: outOfOrderness, allowedLateness: late, turnSilence: turnSilence,
            limits: WindowPolicy.Limits(window: window, total: total))
    }

    private static let session = WindowPolicy.Windows.session(gap: 10_000)

    static let table: [Rule] = [
        Rule(
            "a message for which there is no room makes what is there come out, and stand; the window goes on",
            policy(),
            [says(1, "a", "x"), says(2, "a", "y"), says(3, "a", "z"), .ended],
            ["a 0-30 part: x, y", "a 0-30 #2: z"]),
        Rule(
            "what fills it to the byte fits", policy(window: 82),
            [says(1, "a", "x"), says(2, "a", "y"), .ended], ["a 0-30: x, y"]),
        Rule(
            "a byte more doesn't", policy(window: 81),
            [says(1, "a", "x"), says(2, "a", "y"), .ended], ["a 0-30 part: x", "a 0-30 #2: y"]),
        Rule(
            "a message that is too large alone stands alone, and at once", policy(window: 45),
            [says(1, "a", "x"), says(2, "a", "123456"), says(3, "b", "y"), says(4, "a", "z"), .ended],
            ["a 0-30 part: x", "a 0-30 part #2: 123456", "a 0-30 #3: z", "b 0-30: y"]),
        Rule(
            "a window of which all has come out in parts doesn't come out empty", policy(window: 45),
            [says(1, "a", "123456"), .time(40), says(41, "a", "x"), .ended], ["a 0-30 part: 123456", "a 30-60: x"]),
        Rule(
            "in a part messages stand by timestamp, too", policy(outOfOrderness: 9000),
            [says(2, "a", "y"), says(1, "a", "x"), says(3, "a", "z"), .ended],
            ["a 0-30 part: x, y", "a 0-30 #2: z"]),
        Rule(
            "each sliding window has its own parts", policy(.sliding(size: 20_000, slide: 10_000)),
            [says(1, "a", "x"), says(11, "a", "y"), says(12, "a", "z"), .ended],
            ["a -10-10: x", "a 0-20 part: x, y", "a 0-20 #2: z", "a 10-30: y, z"]),
        Rule(
            "a session goes on behind its parts", policy(session),
            [says(1, "a", "x"), says(2, "a", "y"), says(3, "a", "z"), says(12.5, "a", "w"), .ended],
            ["a 1-12 part: x, y", "a 1-22.5 #2: z, w"]),
        Rule(
            "also where all of it has come out", policy(session, window: 45),
            [says(1, "a", "123456"), says(11, "a", "x"), says(20, "b", "other"), .ended],
            ["a 1-11 part: 123456", "a 1-21 #2: x", "b 20-30: other"]),
        Rule(
            "and lasts for the gap from its last message on, also when that has gone out",
            policy(session, window: 45, outOfOrderness: 60_000),
            [says(1, "a", "123456"), says(9, "a", "234567"), says(5, "a", "x"), .ended],
            ["a 1-11 part: 123456", "a 1-19 part #2: 234567", "a 1-19 #3: x"]),
        Rule(
            "and its longest time counts from its first message on",
            policy(.session(gap: 10_000, longest: 15_000), window: 45),
            [says(0, "a", "123456"), says(8, "a", "x"), says(15, "a", "y"), .ended],
            ["a 0-10 part: 123456", "a 0-15 #2: x", "a 15-25: y"]),
        Rule(
            "where two sessions become one and are too large together, the earlier one comes out first",
            policy(session, outOfOrderness: 60_000),
            [
                says(1, "a", "x"), says(2, "a", "y"), says(20, "a", "v"), says(21, "a", "w"), says(11.5, "a", "z"),
                .ended,
            ],
            ["a 1-12 part: x, y", "a 1-31 part #2: v, w", "a 1-31 #3: z"]),
        Rule(
            "a window that has closed has come out already: what it held stands as it was", policy(late: 60_000),
            [says(1, "a", "x"), says(2, "a", "y"), .time(30), says(3, "a", "z"), says(4, "a", "w"), .ended],
            ["a 0-30: x, y", "a 0-30 #2: z", "a 0-30 #3 for 0-30 #2: z, w"]),
        Rule(
            "a message that is late and too large alone comes out once", policy(window: 45, late: 60_000),
            [says(1, "a", "x"), .time(30), says(3, "a", "123456"), says(4, "a", "w"), .ended],
            ["a 0-30: x", "a 0-30 #2: 123456", "a 0-30 #3: w"]),
        Rule(
            "sessions that have closed and become one with one that hasn't: each message stands once",
            policy(session, outOfOrderness: 0, late: 60_000),
            [
                says(1, "a", "x"), says(2, "a", "y"), .time(14), says(14, "a", "v"), says(15, "a", "w"),
                says(12, "a", "z"), .ended,
            ],
            ["a 1-12: x, y", "a 1-25 part #2: v, w", "a 1-25 #3: z"]),
        Rule(
            "a part replaces an early result of what is in it", policy(turnSilence: 2000),
            [says(1, "a", "x"), .time(3), says(4, "a", "y"), says(5, "a", "z"), .ended],
            ["a 0-30 early: x", "a 0-30 part #2 for 0-30 #1: x, y", "a 0-30 early #3: z", "a 0-30 #4 for 0-30 #3: z"]),
        Rule(
            "a part is an answer, too: no early one follows for what is in it", policy(window: 45, turnSilence: 2000),
            [says(1, "a", "123456"), .time(10), answers(11, "a", "x"), .ended],
            ["a 0-30 part: 123456", "a 0-30 #2: x"]),
        Rule(
            "where all windows are too large together the largest come out, until there is half of the room again",
            policy(window: 1000, total: 200),
            [
                says(1, "b", "b1"), says(2, "c", "c1"), says(3, "a", "a1"), says(4, "a", "a2"), says(5, "c", "c2"),
                .ended,
            ],
            ["a 0-30 part: a1, a2", "c 0-30 part: c1, c2", "b 0-30: b1"]),
        Rule(
            "those of one size by start, then session",
            policy(.tumbling(size: 10_000), total: 200, outOfOrderness: 60_000),
            [
                says(11, "a", "1"), says(1, "c", "2"), says(2, "b", "3"), says(12, "b", "4"), says(13, "d", "5"),
                .ended,
            ],
            [
                "b 0-10 part: 3", "c 0-10 part: 2", "a 10-20 part: 1", "b 10-20: 4", "d 10-20: 5",
            ]),
        Rule(
            "windows that have closed make room without a word", policy(window: 1000, total: 250, late: 600_000),
            [
                says(1, "a", "1234567890"), says(2, "a", "1234567890"), says(3, "a", "1234567890"), .time(30),
                says(31, "a", "v"), says(32, "b", "w"), says(33, "c", "u"), says(4, "a", "z"), .ended,
            ],
            [
                "a 0-30: 1234567890, 1234567890, 1234567890", "a 0-30 #2: z", "a 30-60: v", "b 30-60: w", "c 30-60: u",
            ]),
    ]

    @Test("follows the rules", arguments: table)
    func holds(_ rule: Rule) { rule.check() }

    @Test("what has gone out isn't counted any more")
    func cost() {
        var engine = Engine(policy: Self.policy(late: 60_000))
        _ = engine.run([says(1, "a", "x"), says(2, "a", "y"), says(3, "b", "z")])
        #expect(engine.cost == 123)
        _ = engine.run([says(4, "a", "w")])
        #expect(engine.cost == 82)
        _ = engine.run([.time(89)])
        #expect(engine.cost == 82)
        _ = engine.run([.time(90)])
        #expect(engine.cost == 0)
        #expect(engine.openWindows == 0)
    }
}
