/// Sessions that the engine forgets.
import Chat
import Streaming
import Testing

@Suite("Forgetting a session", .timeLimit(.minutes(5)))
struct ForgettingTests {
    /// What happens before a session is forgotten and after it, and what comes out afterwards.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let policy: WindowPolicy
        let before: [Happening]
        let forgotten: (windows: Int, heldBy: [String])
        let after: [Happening]
        let expected: [String]
    }

    static let table = [
        Case(
            testDescription: "its windows never come out, the others do",
            policy: WindowPolicy(.sliding(size: 30_000, slide: 10_000)),
            before: [says(31, "a", "x"), says(32, "b", "y"), says(33, "a", "z")], forgotten: (3, []),
            after: [.ended], expected: ["b 10-40: y", "b 20-50: y", "b 30-60: y"]),
        Case(
            testDescription: "what it says later is in a new window", policy: WindowPolicy(.session(gap: 10_000)),
            before: [says(1, "a", "x"), says(2, "b", "y")], forgotten: (1, []),
            after: [says(3, "a", "new"), .ended], expected: ["b 2-12: y", "a 3-13: new"]),
        Case(
            testDescription: "windows that are kept for late messages go, too",
            policy: WindowPolicy(.tumbling(size: 10_000), allowedLateness: 60_000),
            before: [says(1, "a", "x"), .time(20)], forgotten: (1, []),
            after: [says(2, "a", "late"), .ended], expected: ["a 0-10: late"]),
        Case(
            testDescription: "a message of its that is held goes, and the next one is looked at by itself",
            policy: WindowPolicy(.tumbling(size: 30_000), maxAdvance: 1_000_000),
            before: [says(1, "b", "y"), says(100_000, "a", "far")], forgotten: (0, ["s"]),
            after: [says(100_001, "b", "z"), .ended], expected: ["rejected: z", "b 0-30: y"]),
        Case(
            testDescription: "one of another's stays",
            policy: WindowPolicy(.tumbling(size: 30_000), maxAdvance: 1_000_000),
            before: [says(1, "a", "y"), says(100_000, "b", "far")], forgotten: (1, []),
            after: [.ended], expected: ["rejected: ?"]),
        Case(
            testDescription: "a name that only looks the same is another's",
            policy: WindowPolicy(.tumbling(size: 30_000)),
            before: [says(1, "a\u{301}", "x"), says(2, "\u{E1}", "y")], forgotten: (0, []),
            after: [.ended], expected: ["a\u{301} 0-30: x", "\u{E1} 0-30: y"]),
    ]

    @Test("takes away what it said and nothing else", arguments: table)
    func forget(_ row: Case) {
        var engine = Engine(policy: row.policy)
        _ = engine.run(row.before)
        let (windows, heldBy) = engine.forget(session: "a")
        #expect(windows == row.forgotten.windows)
        #expect(heldBy == row.forgotten.heldBy)
        #expect(engine.run(row.after) == row.expected)
        #expect(engine.cost == 0)
    }
}
