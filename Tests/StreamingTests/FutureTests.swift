/// What happens to messages from the future, and to streams that fall silent, one row each.
import Chat
import Streaming
import Testing

@Suite("The future and silence", .timeLimit(.minutes(5)))
struct FutureTests {
    private static let policy = WindowPolicy(.tumbling(size: 30_000), maxAdvance: 1_000_000)
    private static let far = 100_000.0

    static let table: [Rule] = [
        Rule(
            "a message too far ahead closes nothing, and is rejected when the next one isn't near it", policy,
            [says(1, "a", "x"), says(far, "b", "2099"), says(2, "a", "y"), .ended],
            ["rejected: 2099", "a 0-30: x, y"]),
        Rule(
            "exactly so far ahead is believed", policy,
            [says(0, "a", "x"), says(1000, "b", "y"), .ended], ["a 0-30: x", "b 990-1020: y"]),
        Rule(
            "if the next one is near it, time has jumped and both count", policy,
            [says(1, "a", "x"), says(far, "a", "y"), says(far + 1, "a", "z"), .ended],
            ["a 0-30: x", "a 99990-100020: y, z"]),
        Rule(
            "near it is also before it, by as much as a message may be ahead", policy,
            [says(1, "a", "x"), says(far, "a", "y"), says(far - 1000, "b", "z"), .ended],
            ["a 0-30: x", "late: z", "a 99990-100020: y"]),
        Rule(
            "a little less near, and it isn't confirmed; the next is looked at by itself", policy,
            [says(1, "a", "x"), says(far, "a", "y"), says(far - 1000.001, "b", "z"), says(2, "a", "w"), .ended],
            ["rejected: y", "rejected: z", "a 0-30: x, w"]),
        Rule(
            "if the next one is beyond it, both count", policy,
            [says(1, "a", "x"), says(far, "a", "y"), says(3 * far, "a", "z"), .ended],
            ["a 0-30: x", "a 99990-100020: y", "a 300000-300030: z"]),
        Rule(
            "a stream's first message is never held", policy,
            [says(far, "a", "x"), says(far + 1, "a", "y"), .ended], ["a 99990-100020: x, y"]),
        Rule(
            "nor is it when the stream's clock came before it", policy,
            [.time(0), says(far, "a", "x"), .ended], ["a 99990-100020: x"]),
        Rule(
            "a message that is held when the stream ends was never confirmed", policy,
            [says(1, "a", "x"), says(far, "a", "y"), .ended], ["rejected: y", "a 0-30: x"]),
        Rule(
            "the stream's clock confirms it by coming near", policy,
            [says(1, "a", "x"), says(far, "b", "y"), .time(far - 1000), .time(far - 990), .time(far + 30)],
            ["a 0-30: x", "b 99990-100020: y"]),
        Rule(
            "a clock that only repeats what a message said isn't believed", policy,
            [says(1, "a", "x"), says(far, "b", "y"), .time(far), says(2, "a", "z"), .time(far), .time(30)],
            ["rejected: y", "a 0-30: x, z"]),
        Rule(
            "a stream that falls silent has its open windows closed", policy,
            [says(1, "a", "x"), says(2, "b", "y"), .idle], ["a 0-30: x", "b 0-30: y"]),
        Rule(
            "if it comes back, messages of those windows are late and others aren't", policy,
            [says(1, "a", "x"), .idle, says(29, "a", "y"), says(30, "a", "z"), .ended],
            ["a 0-30: x", "late: y", "a 30-60: z"]),
        Rule(
            "with allowed lateness they bring the windows again",
            WindowPolicy(.tumbling(size: 30_000), allowedLateness: 5000),
            [says(1, "a", "x"), .idle, says(29, "a", "y"), .ended], ["a 0-30: x", "a 0-30 #2 for 0-30 #1: x, y"]),
        Rule(
            "a message that is held stays so while the stream is silent", policy,
            [says(1, "a", "x"), says(far, "b", "y"), .idle, says(far, "b", "z"), .ended],
            ["a 0-30: x", "b 99990-100020: y, z"]),
        Rule("a stream that is silent with nothing open gives nothing", policy, [.idle, .time(5), .idle], []),
    ]

    @Test("follows the rules", arguments: table)
    func holds(_ rule: Rule) { rule.check() }

    @Test("a rejected message says how far its stream had come")
    func reached() {
        var engine = Engine(policy: Self.policy)
        var actions: [Action] = []
        var batch = MessageBatch(stream: "s")
        for (sequence, time) in [1, Self.far, 2].enumerated() {
            batch.append(
                ChatMessage(timestamp: at(time), sender: .rm, text: "x", sequence: UInt64(sequence + 1)),
                sessionID: "session \(sequence)")
        }
        engine.handle(.messages(batch), into: &actions)
        guard case .rejected(let rejected) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(rejected.sessionID == "session 1")
        #expect(rejected.sequence == 2)
        #expect(rejected.timestamp == at(Self.far))
        #expect(rejected.reached == at(1))
        #expect(engine.assigned == 2)
    }

    @Test("the message that is held can be asked for")
    func held() {
        var engine = Engine(policy: Self.policy)
        _ = engine.run([says(1, "a", "x"), says(Self.far, "a", "y")])
        #expect(engine.heldSequence(of: "s") == 2)
        #expect(engine.heldSequence(of: "other") == nil)
        _ = engine.run([says(2, "a", "z")])
        #expect(engine.heldSequence(of: "s") == nil)
    }

    @Test("a clock at the edge of what can be counted does no harm", arguments: [Int64.min, .min + 1, .max - 1, .max])
    func extremes(_ milliseconds: Int64) {
        var engine = Engine(
            policy: WindowPolicy(.tumbling(size: 30_000), maxOutOfOrderness: 5000, allowedLateness: 5000))
        var actions: [Action] = []
        engine.handle(.time(stream: "s", reached: Timestamp(milliseconds: milliseconds)), into: &actions)
        _ = engine.run([says(1, "a", "x")])
        engine.handle(.time(stream: "s", reached: Timestamp(milliseconds: milliseconds)), into: &actions)
        engine.handle(.idle(stream: "s"), into: &actions)
        engine.handle(.ended(stream: "s"), into: &actions)
        #expect(engine.openWindows == 0)
    }
}
