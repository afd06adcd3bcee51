/// What happens to a stream that has ended and is there again, beside the rules in Tests/Tables/Windows.
import Testing

@testable import Streaming

@Suite("Streams that come back", .timeLimit(.minutes(5)))
struct ReturningTests {
    private static func policy(late: Int64 = 0) -> WindowPolicy {
        WindowPolicy(.tumbling(size: 30_000), allowedLateness: late)
    }

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
