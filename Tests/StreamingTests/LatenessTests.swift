/// What happens to messages that come late, one row each.
import Chat
import Streaming
import Testing

@Suite("Late messages", .timeLimit(.minutes(5)))
struct LatenessTests {
    private static func policy(late: Int64, outOfOrderness: Int64 = 0) -> WindowPolicy {
        WindowPolicy(.tumbling(size: 30_000), maxOutOfOrderness: outOfOrderness, allowedLateness: late)
    }

    static let table: [Rule] = [
        Rule(
            "without allowed lateness a message after its window's close is late", policy(late: 0),
            [says(1, "a", "x"), .time(30), says(2, "a", "y"), .ended], ["a 0-30: x", "late: y"]),
        Rule(
            "within it the window comes out again, whole, and says what it supersedes", policy(late: 10_000),
            [says(1, "a", "x"), .time(30), says(2, "a", "y"), .ended],
            ["a 0-30: x", "a 0-30 #2 for 0-30 #1: x, y"]),
        Rule(
            "each late message brings it once more", policy(late: 10_000),
            [says(5, "a", "x"), .time(35), says(2, "a", "y"), says(3, "a", "z"), .ended],
            ["a 0-30: x", "a 0-30 #2 for 0-30 #1: y, x", "a 0-30 #3 for 0-30 #2: y, z, x"]),
        Rule(
            "the lateness is over when the watermark has passed it", policy(late: 10_000),
            [says(1, "a", "x"), .time(39.999), says(2, "a", "y"), .time(40), says(3, "a", "z"), .ended],
            ["a 0-30: x", "a 0-30 #2 for 0-30 #1: x, y", "late: z"]),
        Rule(
            "a window in which nobody had spoken comes out for the first time", policy(late: 10_000),
            [says(1, "b", "x"), .time(31), says(2, "a", "y"), .ended], ["b 0-30: x", "a 0-30: y"]),
        Rule(
            "out-of-orderness is waited for first", policy(late: 10_000, outOfOrderness: 5000),
            [says(1, "a", "x"), .time(34), says(2, "a", "y"), .time(35), says(3, "a", "z"), .ended],
            ["a 0-30: x, y", "a 0-30 #2 for 0-30 #1: x, y, z"]),
        Rule(
            "a stream that ends brings nothing again that has come out", policy(late: 10_000),
            [says(1, "a", "x"), .time(31), .ended], ["a 0-30: x"]),
    ]

    @Test("follows the rules", arguments: table)
    func holds(_ rule: Rule) { rule.check() }

    @Test("a late message says how far the watermark had come")
    func watermark() {
        var engine = Engine(policy: Self.policy(late: 0))
        var actions: [Action] = []
        var batch = MessageBatch(stream: "s")
        for (sequence, time) in [40.0, 2].enumerated() {
            batch.append(
                ChatMessage(timestamp: at(time), sender: .rm, text: "x", sequence: UInt64(sequence + 1)),
                sessionID: "a")
        }
        engine.handle(.messages(batch), into: &actions)
        guard case .late(let late) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(late.sessionID == "a")
        #expect(late.sequence == 2)
        #expect(late.timestamp == at(2))
        #expect(late.watermark == at(39.999))
    }

    @Test("windows kept for late messages go when the lateness is over")
    func nothingLeft() {
        var engine = Engine(policy: Self.policy(late: 10_000))
        _ = engine.run([says(1, "a", "x"), says(2, "b", "y"), .time(30)])
        #expect(engine.openWindows == 2)
        _ = engine.run([.time(40)])
        #expect(engine.openWindows == 0)
    }
}
