/// What happens to messages that come late, beside the rules in Tests/Tables/Windows.
import Chat
import Streaming
import Testing

@Suite("Late messages", .timeLimit(.minutes(5)))
struct LatenessTests {
    private static func policy(late: Int64) -> WindowPolicy {
        WindowPolicy(.tumbling(size: 30_000), allowedLateness: late)
    }

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
