/// Streams and sessions that come and go, beside the rules in Tests/Tables/Windows.
import Streaming
import Testing

@Suite("Tumbling windows", .timeLimit(.minutes(5)))
struct TumblingTests {
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
