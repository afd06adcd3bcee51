/// When windows come out because they are large, beside the rules in Tests/Tables/Windows.
import Streaming
import Testing

@Suite("Parts of windows", .timeLimit(.minutes(5)))
struct PartTests {
    /// A message of one letter costs 41. Two of them fit into 90.
    private static func policy(late: Int64) -> WindowPolicy {
        WindowPolicy(
            .tumbling(size: 30_000), allowedLateness: late, limits: WindowPolicy.Limits(window: 90))
    }

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
