/// What is known of early results before they come out, one row each.
import Chat
import Streaming
import Testing

@Suite("Upcoming turns", .timeLimit(.minutes(1)))
struct UpcomingTurnsTests {
    /// What happens, and what is said of it.
    struct Step: Sendable {
        let happening: Happening
        let said: [String]

        init(_ happening: Happening, _ said: [String]) { (self.happening, self.said) = (happening, said) }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let policy: WindowPolicy
        let steps: [Step]

        init(_ rule: String, _ policy: WindowPolicy, _ steps: [Step]) {
            testDescription = rule
            self.policy = policy
            self.steps = steps
        }
    }

    private static func policy(_ windows: WindowPolicy.Windows = .tumbling(size: 30_000)) -> WindowPolicy {
        WindowPolicy(windows, turnSilence: 2000)
    }

    static let table: [Row] = [
        Row(
            "the customer has spoken: the early result is expected as it will come out, and then it has", policy(),
            [
                Step(says(1, "a", "x"), ["a 0-30 early: x"]), Step(.time(2.9), []), Step(.time(3), ["a none"]),
                Step(.time(4), []),
            ]),
        Row(
            "the manager answers in time", policy(),
            [Step(says(1, "a", "x"), ["a 0-30 early: x"]), Step(answers(2, "a", "y"), ["a none"])]),
        Row(
            "the customer goes on: more is expected, and later", policy(),
            [
                Step(says(1, "a", "x"), ["a 0-30 early: x"]), Step(says(2.5, "a", "y"), ["a 0-30 early: x, y"]),
                Step(.time(3.1), []),
                Step(.time(4.5), ["a none"]),
            ]),
        Row(
            "the next one replaces the one that has come out", policy(),
            [
                Step(says(1, "a", "x"), ["a 0-30 early: x"]),
                Step(says(8, "a", "y"), ["a 0-30 early #2 for 0-30 #1: x, y"]),
                Step(.time(10), ["a none"]),
            ]),
        Row("the manager speaks first, and nobody waits", policy(), [Step(answers(1, "a", "x"), [])]),
        Row("the window closes before the silence is over", policy(), [Step(says(28, "a", "x"), [])]),
        Row(
            "each session for itself", policy(),
            [
                Step(says(1, "a", "x"), ["a 0-30 early: x"]), Step(says(1.5, "b", "y"), ["b 0-30 early: y"]),
                Step(answers(2, "b", "z"), ["b none"]), Step(.time(3), ["a none"]),
            ]),
        Row(
            "of windows that are due together, the first", policy(.sliding(size: 20_000, slide: 10_000)),
            [Step(says(11, "a", "x"), ["a 0-20 early: x"]), Step(.time(13), ["a none"])]),
        Row(
            "a session window that grows", policy(.session(gap: 10_000)),
            [
                Step(says(1, "a", "x"), ["a 1-11 early: x"]), Step(says(2, "a", "y"), ["a 1-12 early: x, y"]),
                Step(.ended, ["a none"]),
            ]),
        Row(
            "without early results there is nothing to expect", WindowPolicy(.tumbling(size: 30_000)),
            [Step(says(1, "a", "x"), []), Step(.time(3), [])]),
    ]

    @Test("say what is about to come out, and what isn't any more", arguments: table)
    func holds(_ row: Row) {
        var engine = Engine(policy: row.policy)
        var upcoming = UpcomingTurns()
        for (number, step) in row.steps.enumerated() {
            var actions: [Action] = []
            var batch: MessageBatch?
            switch step.happening {
            case .says(let time, let session, let text, let sender):
                var one = MessageBatch(stream: "s")
                one.append(
                    ChatMessage(timestamp: at(time), sender: sender, text: text, sequence: UInt64(number + 1)),
                    sessionID: session)
                engine.handle(.messages(one), into: &actions)
                batch = one
            case .time(let seconds): engine.handle(.time(stream: "s", reached: at(seconds)), into: &actions)
            case .idle: engine.handle(.idle(stream: "s"), into: &actions)
            case .ended: engine.handle(.ended(stream: "s"), into: &actions)
            }
            #expect(upcoming.changes(in: engine, after: batch).map(Self.line) == step.said, "step \(number + 1)")
        }
    }

    private static func line(_ change: UpcomingTurns.Change) -> String {
        switch change {
        case .expected(let result): return result.line
        case .withdrawn(let session):
            let name = ["a", "b"].first { SessionKey(stream: "s", id: $0) == session }
            return "\(name ?? "?") none"
        }
    }

    /// One message of the customer's in each of so many sessions.
    private static func batch(_ count: Int, text: String = "x") -> MessageBatch {
        var batch = MessageBatch(stream: "s")
        for number in 1...count {
            batch.append(
                ChatMessage(timestamp: at(1), sender: .customer, text: text, sequence: UInt64(number)),
                sessionID: "\(number)")
        }
        return batch
    }

    @Test("What is expected comes out exactly so")
    func comesTrue() throws {
        var engine = Engine(policy: Self.policy())
        var upcoming = UpcomingTurns()
        var actions: [Action] = []
        let batch = Self.batch(1)
        engine.handle(.messages(batch), into: &actions)
        guard case .expected(let expected)? = upcoming.changes(in: engine, after: batch).first else {
            Issue.record("nothing is expected")
            return
        }
        engine.handle(.time(stream: "s", reached: at(3)), into: &actions)
        guard case .result(let result)? = actions.first else {
            Issue.record("nothing has come out")
            return
        }
        #expect(result == expected)
    }

    @Test("Of many sessions few are known, and others once there is room")
    func few() {
        var engine = Engine(policy: Self.policy())
        var upcoming = UpcomingTurns()
        var actions: [Action] = []
        let batch = Self.batch(1000)
        engine.handle(.messages(batch), into: &actions)
        #expect(upcoming.changes(in: engine, after: batch).count == UpcomingTurns.most)
        engine.handle(.time(stream: "s", reached: at(3)), into: &actions)
        #expect(upcoming.changes(in: engine).count == UpcomingTurns.most)
        #expect(upcoming.changes(in: engine).isEmpty)
    }

    @Test("A large window isn't copied for a guess", arguments: [(60_000, 1), (70_000, 0)])
    func large(size: Int, count: Int) {
        var engine = Engine(policy: Self.policy())
        var upcoming = UpcomingTurns()
        var actions: [Action] = []
        let batch = Self.batch(1, text: String(repeating: "x", count: size))
        engine.handle(.messages(batch), into: &actions)
        #expect(upcoming.changes(in: engine, after: batch).count == count)
    }
}
