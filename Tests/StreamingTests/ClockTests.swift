/// What a stream's own clock may say, beside the rules in Tests/Tables/Windows.
import Testing

@testable import Streaming

@Suite("A stream's own clock", .timeLimit(.minutes(5)))
struct ClockTests {
    /// An hour is far, and ten seconds are a proof.
    private static let policy = WindowPolicy(.tumbling(size: 30_000))
    private static let far = 18_000.0

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
