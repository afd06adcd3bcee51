/// Whose question is asked next, one row each.
import Chat
import Records
import Storage
import Streaming
import Testing

@testable import Consuming

@Suite("The order of answers", .timeLimit(.minutes(1)))
struct AnswerOrderTests {
    /// What happens to the order.
    enum Happening: Sendable {
        case comes(PendingWindow)
        /// A session's question has brought this; nil: it was cut off, or there was none.
        case ended(String, Response?)
        /// The first piece of a session's answer is out.
        case began(String)
        /// News of early results, behind so many windows.
        case expects(PendingWindow, behind: Int)
        case withdraws(String, behind: Int)
        /// The answer to a question asked ahead of time is complete.
        case endedAhead(Int, isUsable: Bool)
    }

    /// What happens, and what is to be done then.
    struct Step: Sendable {
        let happening: Happening
        let actions: [String]

        init(_ happening: Happening, _ actions: [String]) { (self.happening, self.actions) = (happening, actions) }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var policy = AnswerOrder.Policy.queue
        var condition = AnswerCondition.always
        var slots = 1
        var capacity: Int?
        let steps: [Step]
    }

    static let answer = Response(status: .generated, text: "Good.", model: "parrot", responder: "ollama")
    static let failure = Response(status: .fallback, text: "Well.", reason: "dead", responder: "fallback")

    /// A window of a session, with so many messages.
    static func comes(
        _ session: String, _ number: Int = 1, _ trigger: Trigger = .window, revision: Int = 1, of messages: Int = 1,
        by sender: Sender = .customer, saying text: String = "x"
    ) -> Happening {
        .comes(.of(session, number, trigger, revision: revision, of: messages, by: sender, saying: text))
    }

    static func expects(
        _ session: String, _ number: Int = 1, revision: Int = 1, behind windows: Int, saying text: String = "x"
    ) -> Happening {
        .expects(
            .of(session, number, .turn, revision: revision, of: 1, by: .customer, saying: text), behind: windows)
    }

    // MARK: Each in its turn

    static let queue: [Row] = [
        Row(
            testDescription: "a session's windows come in order, each when the one before is out",
            steps: [
                Step(comes("A", 1), ["ask A1"]), Step(comes("A", 2), []), Step(comes("A", 3), []),
                Step(.ended("A", answer), ["ask A2"]), Step(.ended("A", answer), ["ask A3"]),
                Step(.ended("A", answer), []),
            ]),
        Row(
            testDescription: "sessions go on side by side, as many as there are slots", slots: 2,
            steps: [
                Step(comes("A", 1), ["ask A1"]), Step(comes("A", 2), []), Step(comes("B"), ["ask B1"]),
                Step(comes("C"), []),
                Step(.ended("B", answer), ["ask C1"]), Step(.ended("A", answer), ["ask A2"]),
            ]),
        Row(
            testDescription: "a session that was answered goes to the end of the line",
            steps: [
                Step(comes("A", 1), ["ask A1"]), Step(comes("A", 2), []), Step(comes("A", 3), []), Step(comes("B"), []),
                Step(.ended("A", answer), ["ask B1"]), Step(.ended("B", answer), ["ask A2"]),
                Step(.ended("A", answer), ["ask A3"]),
            ]),
        Row(
            testDescription: "an early answer is never cut off",
            steps: [
                Step(comes("A", 1, .turn), ["ask A1"]), Step(comes("A", 2), []), Step(.ended("A", answer), ["ask A2"]),
            ]),
    ]

    // MARK: Only the latest

    static let latest: [Row] = [
        Row(
            testDescription: "a session's newest window is answered, the others come out on the way", policy: .latest,
            steps: [
                Step(comes("A", 1), ["ask A1"]), Step(comes("B"), []), Step(comes("A", 2), []), Step(comes("A", 3), []),
                Step(.ended("A", answer), ["ask B1"]), Step(comes("A", 4), []),
                Step(.ended("B", answer), ["A2 superseded, A3 superseded, ask A4"]), Step(.ended("A", answer), []),
            ]),
        Row(
            testDescription: "a session stands where its first window began to wait, however many come after it",
            policy: .latest,
            steps: [
                Step(comes("A", 1), ["ask A1"]), Step(comes("A", 2), []), Step(comes("B", 1), []),
                Step(comes("C", 1), []),
                Step(comes("B", 2), []), Step(comes("A", 3), []), Step(.ended("A", answer), ["A2 superseded, ask A3"]),
                Step(comes("A", 4), []), Step(.ended("A", answer), ["B1 superseded, ask B2"]), Step(comes("B", 3), []),
                Step(.ended("B", answer), ["ask C1"]), Step(.ended("C", answer), ["ask A4"]),
                Step(.ended("A", answer), ["ask B3"]),
            ]),
        Row(
            testDescription: "an early answer is cut off by something newer, and then its session comes first",
            policy: .latest,
            steps: [
                Step(comes("A", 1, .turn), ["ask A1"]), Step(comes("B"), []), Step(comes("C"), []),
                Step(comes("A", 2), ["cut off A"]),
                Step(.ended("A", nil), ["ask A2"]), Step(.ended("A", answer), ["ask B1"]),
            ]),
        Row(
            testDescription: "a session isn't cut off twice in a row, but again once it has had an answer",
            policy: .latest,
            steps: [
                Step(comes("A", 1, .turn), ["ask A1"]), Step(comes("A", 2, .turn), ["cut off A"]),
                Step(.ended("A", nil), ["ask A2"]),
                Step(comes("A", 3, .turn), []), Step(.ended("A", answer), ["ask A3"]),
                Step(comes("A", 4), ["cut off A"]),
            ]),
        Row(
            testDescription: "nothing is cut off once something of it is out", policy: .latest,
            steps: [Step(comes("A", 1, .turn), ["ask A1"]), Step(.began("A"), ["goes on"]), Step(comes("A", 2), [])]),
        Row(
            testDescription: "what is cut off says nothing any more", policy: .latest,
            steps: [
                Step(comes("A", 1, .turn), ["ask A1"]), Step(comes("A", 2), ["cut off A"]), Step(.began("A"), []),
            ]),
        Row(
            testDescription: "the answer at a window's close isn't cut off", policy: .latest,
            steps: [Step(comes("A", 1), ["ask A1"]), Step(comes("A", 2), []), Step(.ended("A", answer), ["ask A2"])]),
        Row(
            testDescription: "a window that closes with nothing new doesn't cut its early answer off", policy: .latest,
            steps: [
                Step(comes("A", 1, .turn), ["ask A1"]), Step(comes("A", 1, revision: 2), []),
                Step(.ended("A", answer), ["publish A1#2 generated"]),
            ]),
    ]

    @Test("follows the rules", arguments: queue + latest + known + ahead)
    func holds(_ row: Row) {
        var order = AnswerOrder(row.policy, condition: row.condition, slots: row.slots, capacity: row.capacity)
        for (number, step) in row.steps.enumerated() {
            var lines: [String] = []
            switch step.happening {
            case .comes(let window): order.came(window)
            case .ended(let session, let response): order.ended(.of(session), response, at: .now)
            case .began(let session): if order.began(.of(session)) { lines = ["goes on"] }
            case .expects(let window, let behind): order.hear([.expected(window.result)], behind: behind)
            case .withdraws(let session, let behind): order.hear([.withdrawn(.of(session))], behind: behind)
            case .endedAhead(let number, let isUsable): order.endedAhead(number, isUsable: isUsable)
            }
            lines += order.takeActions().map(\.line)
            #expect(lines == step.actions, "step \(number + 1)")
        }
    }

    // MARK: Limits

    @Test("Many expectations are few questions")
    func manyExpectations() {
        var order = AnswerOrder(slots: 1000)
        var asked = 0
        for number in 1...1000 {
            order.hear([.expected(PendingWindow.of("\(number)", 1, .turn).result)], behind: 0)
            for case .askAhead in order.takeActions() { asked += 1 }
        }
        var dropped = 0
        for number in 1...1000 {
            order.hear([.withdrawn(.of("\(number)"))], behind: 0)
            for case .dropAhead in order.takeActions() { dropped += 1 }
        }
        // The others have given way to those behind them.
        #expect(asked == 1000)
        #expect(dropped == AheadQuestions.most)
    }

    @Test("Windows count until they are asked about, or out where nobody is")
    func weight() {
        var order = AnswerOrder(.queue, condition: .whenCustomerWaits, slots: 1)
        order.came(.of("A", 1))
        order.came(.of("A", 2))
        #expect(order.weight == 1)
        order.came(.of("B", 1, of: 1, by: .rm, saying: "x"))
        #expect(order.weight == 2)
        order.ended(.of("B"), nil, at: .now)
        order.ended(.of("A"), Self.answer, at: .now)
        #expect(order.weight == 0)
    }
}

extension PendingWindow {
    /// A session's window number so and so, with so many messages; a revision replaces the one before.
    static func of(
        _ session: String, _ number: Int, _ trigger: Trigger = .window, revision: Int = 1, of messages: Int,
        by sender: Sender, saying text: String
    ) -> PendingWindow {
        let start = Int64(number) * 30_000
        let window = Window(
            kind: .tumbling, start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: start + 30_000))
        return PendingWindow(
            WindowResult(
                stream: "test", sessionID: session, window: window, revision: revision,
                supersedes: revision > 1 ? [.init(window: window, revision: revision - 1)] : [], trigger: trigger,
                conversation: Conversation(
                    (0..<messages).map {
                        ChatMessage(
                            timestamp: Timestamp(milliseconds: start + Int64($0)), sender: sender, text: text,
                            sequence: UInt64(number * 100 + $0))
                    })),
            lost: 0)
    }

    fileprivate var title: String { name + (result.revision > 1 ? "#\(result.revision)" : "") }
}

extension AnswerOrder.Action {
    /// `A1 superseded, ask A2`, with the number under which it has been asked already.
    var line: String {
        switch self {
        case .ask(let turn): turn.line("ask")
        case .publish(let turn): turn.line("publish")
        case .cutOff(let session):
            "cut off \(["A", "B", "C"].first { .of($0) == session } ?? "?")"
        case .askAhead(_, let window): "ahead \(window.title)"
        case .dropAhead(let number): "drop \(number)"
        }
    }
}

extension AnswerOrder.Turn {
    fileprivate func line(_ verb: String) -> String {
        var parts = known.map { "\($0.window.title) \($0.response.status.rawValue)" }
        if let question { parts.append(question.title + (ahead.map { " (\($0))" } ?? "")) }
        parts.append("\(verb) \(parts.removeLast())")
        return parts.joined(separator: ", ")
    }
}
