/// The rules of tumbling windows, one row each.
import Streaming
import Testing

@Suite("Tumbling windows", .timeLimit(.minutes(5)))
struct TumblingTests {
    private static func policy(outOfOrderness: Int64 = 0) -> WindowPolicy {
        WindowPolicy(.tumbling(size: 30_000), maxOutOfOrderness: outOfOrderness)
    }

    static let table: [Rule] = [
        Rule(
            "each session has its own windows", policy(),
            [says(1, "a", "a1"), says(2, "b", "b1"), says(3, "a", "a2"), .ended],
            ["a 0-30: a1, a2", "b 0-30: b1"]),
        Rule(
            "a window begins with its first millisecond and ends before its last", policy(),
            [says(0, "a", "first"), says(29.999, "a", "last"), says(30, "a", "next"), .ended],
            ["a 0-30: first, last", "a 30-60: next"]),
        Rule(
            "a window closes when the watermark reaches its end minus a millisecond", policy(),
            [says(1, "a", "x"), .time(29.999), says(5, "a", "in time"), .time(30), says(6, "a", "late"), .ended],
            ["a 0-30: x, in time", "late: late"]),
        Rule(
            "one session's messages close another's windows", policy(),
            [says(1, "a", "x"), says(31, "b", "y"), says(2, "a", "late"), .ended],
            ["a 0-30: x", "late: late", "b 30-60: y"]),
        Rule(
            "messages may be out of order by so much", policy(outOfOrderness: 5000),
            [
                says(1, "a", "x"), says(34, "b", "y"), says(29, "a", "in time"), says(35, "b", "z"), says(28, "a", "l"),
                .ended,
            ],
            ["a 0-30: x, in time", "late: l", "b 30-60: y, z"]),
        Rule(
            "inside a window messages stand by timestamp, ties by arrival", policy(),
            [says(5, "a", "2"), says(3, "a", "1"), says(5, "a", "3"), says(4.5, "a", "1b"), says(5, "a", "4"), .ended],
            ["a 0-30: 1, 1b, 2, 3, 4"]),
        Rule(
            "windows that close together come by end, then session id", policy(),
            [
                says(40, "z", "z2"), says(41, "b", "b2"), says(42, "a", "a2"), .time(100),
            ],
            ["a 30-60: a2", "b 30-60: b2", "z 30-60: z2"]),
        Rule(
            "windows of several ends that close together come by end first", policy(outOfOrderness: 60000),
            [says(65, "a", "a3"), says(35, "z", "z2"), says(5, "m", "m1"), .ended],
            ["m 0-30: m1", "z 30-60: z2", "a 60-90: a3"]),
        Rule(
            "time goes on without messages", policy(),
            [says(1, "a", "x"), .time(10), .time(30), .time(20), says(31, "a", "y"), .time(60)],
            ["a 0-30: x", "a 30-60: y"]),
        Rule(
            "the watermark never goes back", policy(),
            [says(31, "a", "x"), .time(0), says(29, "a", "late"), .ended],
            ["late: late", "a 30-60: x"]),
        Rule(
            "a stream that ends closes what is open", policy(),
            [says(1, "a", "x"), .ended], ["a 0-30: x"]),
        Rule(
            "a stream that ends with nothing in it gives nothing", policy(),
            [.ended], []),
        Rule(
            "a silent session has no window for the silence", policy(),
            [says(1, "a", "x"), says(95, "a", "y"), .ended],
            ["a 0-30: x", "a 90-120: y"]),
        Rule(
            "before 1970 windows are aligned to the epoch, too", policy(),
            [says(-2_000_000_001, "a", "x"), .ended],
            ["a -2000000010--1999999980: x"]),
    ]

    @Test("follows the rules", arguments: table)
    func holds(_ rule: Rule) { rule.check() }

    @Test("each stream has its own clock and its own sessions")
    func streams() {
        var engine = Engine(policy: WindowPolicy(.tumbling(size: 30_000)))
        #expect(engine.run([says(1, "a", "x")], stream: "one") == [])
        #expect(engine.run([says(1000, "a", "far ahead"), .ended], stream: "two") == ["a 990-1020: far ahead"])
        #expect(engine.run([says(2, "a", "still on time"), .ended], stream: "one") == ["a 0-30: x, still on time"])
    }

    @Test("a stream that has ended leaves nothing behind")
    func nothingLeft() {
        var engine = Engine(policy: WindowPolicy(.tumbling(size: 30_000)))
        _ = engine.run([says(1, "a", "x"), says(2, "b", "y")])
        #expect(engine.openWindows == 2)
        _ = engine.run([.ended])
        #expect(engine.openWindows == 0)
    }

    @Test("a window that has closed leaves nothing behind, and its session may come back")
    func sessionsComeAndGo() {
        var engine = Engine(policy: WindowPolicy(.tumbling(size: 1000)))
        var closed = 0
        for second in 0..<2000 {
            closed += engine.run([says(Double(second), "session \(second % 700)", "x")]).count
            #expect(engine.openWindows == 1)
        }
        #expect(closed == 1999)
    }

    @Test("counts the messages it has put into windows")
    func assigned() {
        var engine = Engine(policy: WindowPolicy(.tumbling(size: 30_000)))
        _ = engine.run([says(1, "a", "x"), says(40, "a", "y"), says(2, "a", "late")])
        #expect(engine.assigned == 2)
    }
}
