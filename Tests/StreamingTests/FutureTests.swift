/// What happens to messages from the future, and to streams that fall silent, beside the rules in Tests/Tables/Windows.
import Chat
import Streaming
import Testing

@Suite("The future and silence", .timeLimit(.minutes(5)))
struct FutureTests {
    private static let policy = WindowPolicy(.tumbling(size: 30_000), maxAdvance: 1_000_000)
    private static let far = 100_000.0

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
