/// Rows of the order of answers: windows that nobody is asked about, and questions ahead of time.
import Records

@testable import Consuming

extension AnswerOrderTests {
    // MARK: What needs no question

    static let known: [Row] = [
        Row(
            testDescription: "a window that closes with nothing new has its early answer, and needs no slot",
            steps: [
                Step(comes("A", 1, .turn), ["ask A1"]), Step(.ended("A", answer), []), Step(comes("B"), ["ask B1"]),
                Step(comes("A", 1, revision: 2), ["publish A1#2 generated"]), Step(.ended("A", nil), []),
            ]),
        Row(
            testDescription: "also where the early answer is still being written then",
            steps: [
                Step(comes("A", 1, .turn), ["ask A1"]), Step(comes("A", 1, revision: 2), []), Step(comes("A", 2), []),
                Step(comes("B"), []),
                Step(.ended("A", answer), ["publish A1#2 generated", "ask B1"]), Step(.ended("A", nil), []),
                Step(.ended("B", answer), ["ask A2"]),
            ]),
        Row(
            testDescription: "with something new in it, the window is asked about",
            steps: [
                Step(comes("A", 1, .turn), ["ask A1"]), Step(.ended("A", answer), []),
                Step(comes("A", 1, revision: 2, of: 2), ["ask A1#2"]),
            ]),
        Row(
            testDescription: "a reply that no model wrote isn't taken over",
            steps: [
                Step(comes("A", 1, .turn), ["ask A1"]), Step(.ended("A", failure), []),
                Step(comes("A", 1, revision: 2), ["ask A1#2"]),
            ]),
        Row(
            testDescription: "under latest an answer that is there comes out, though something newer waits",
            policy: .latest,
            steps: [
                Step(comes("A", 1, .turn), ["ask A1"]), Step(.ended("A", answer), []), Step(comes("B"), ["ask B1"]),
                Step(comes("A", 2), []), Step(comes("A", 1, revision: 2), ["A2 superseded, publish A1#2 generated"]),
            ]),
        Row(
            testDescription: "nobody is asked where the customer doesn't wait", condition: .whenCustomerWaits,
            steps: [
                Step(comes("A", 1, by: .rm), ["publish A1 none"]), Step(.ended("A", nil), []),
                Step(comes("B", 1, saying: "Thanks, bye!"), ["publish B1 none"]),
                Step(comes("C", 1, saying: "And the rate?"), ["ask C1"]),
            ]),
        Row(
            testDescription: "windows that need no question keep their place in the session",
            condition: .whenCustomerWaits,
            steps: [
                Step(comes("A", 1), ["ask A1"]), Step(comes("A", 2, by: .rm), []), Step(comes("A", 3, by: .rm), []),
                Step(comes("A", 4), []),
                Step(.ended("A", answer), ["A2 none, publish A3 none"]), Step(.ended("A", nil), ["ask A4"]),
            ]),
        Row(
            testDescription: "under latest the newest decides, also for a session in line", policy: .latest,
            condition: .whenCustomerWaits,
            steps: [
                Step(comes("A"), ["ask A1"]), Step(comes("B", 1), []),
                Step(comes("B", 2, by: .rm), ["B1 superseded, publish B2 none"]),
                Step(.ended("B", nil), []), Step(.ended("A", answer), []),
            ]),
    ]

    // MARK: Ahead of time

    static let ahead: [Row] = [
        Row(
            testDescription:
                "an expected turn is asked about, and when it comes the question is a question like any other",
            steps: [
                Step(expects("A", behind: 0), ["ahead A1"]), Step(comes("A", 1, .turn), ["ask A1 (1)"]),
                Step(comes("B"), []),
                Step(.ended("A", answer), ["ask B1"]),
            ]),
        Row(
            testDescription: "an answer that is complete before the turn comes needs no slot",
            steps: [
                Step(expects("A", behind: 0), ["ahead A1"]), Step(.endedAhead(1, isUsable: true), []),
                Step(comes("B"), ["ask B1"]),
                Step(comes("A", 1, .turn), ["publish A1 (1)"]), Step(.ended("A", answer), []),
                Step(comes("A", 1, revision: 2), ["publish A1#2 generated"]),
            ]),
        Row(
            testDescription: "a failure isn't kept: the turn is asked about when it comes",
            steps: [
                Step(expects("A", behind: 0), ["ahead A1"]), Step(.endedAhead(1, isUsable: false), []),
                Step(comes("A", 1, .turn), ["ask A1"]),
            ]),
        Row(
            testDescription: "somebody has spoken: the question is dropped",
            steps: [
                Step(expects("A", behind: 0), ["ahead A1"]), Step(.withdraws("A", behind: 0), ["drop 1"]),
                Step(comes("B"), ["ask B1"]),
            ]),
        Row(
            testDescription: "the customer has said more: another question takes its place",
            steps: [
                Step(expects("A", behind: 0), ["ahead A1"]),
                Step(expects("A", behind: 0, saying: "y"), ["drop 1", "ahead A1"]),
                Step(comes("A", 1, .turn, saying: "y"), ["ask A1 (2)"]),
            ]),
        Row(
            testDescription: "a question that is due comes before one that is asked ahead of time",
            steps: [
                Step(expects("A", behind: 0), ["ahead A1"]), Step(comes("B"), ["drop 1", "ask B1"]),
                Step(comes("A", 1, .turn), []),
                Step(.ended("B", answer), ["ask A1"]),
            ]),
        Row(
            testDescription: "also where slots are free, but no server is", slots: 2, capacity: 1,
            steps: [
                Step(expects("A", behind: 0), ["ahead A1"]), Step(comes("B"), ["drop 1", "ask B1"]),
                Step(expects("C", behind: 1), []), Step(comes("D"), ["ask D1"]), Step(.ended("D", answer), []),
                Step(.ended("B", answer), ["ahead C1"]),
            ]),
        Row(
            testDescription: "of several that are under way the last one gives way", slots: 2,
            steps: [
                Step(expects("A", behind: 0), ["ahead A1"]), Step(expects("B", behind: 0), ["ahead B1"]),
                Step(comes("C"), ["drop 2", "ask C1"]), Step(comes("A", 1, .turn), ["ask A1 (1)"]),
            ]),
        Row(
            testDescription: "nothing is asked ahead of time while slots are busy, and not what has come by then",
            steps: [
                Step(comes("C"), ["ask C1"]), Step(expects("A", behind: 1), []), Step(expects("B", behind: 1), []),
                Step(comes("A", 1, .turn), []), Step(.ended("C", answer), ["ask A1"]),
                Step(.ended("A", answer), ["ahead B1"]),
            ]),
        Row(
            testDescription: "nor of a session that has something else to be answered", slots: 2,
            steps: [
                Step(comes("A", 1), ["ask A1"]), Step(expects("A", 2, behind: 1), []),
                Step(.ended("A", answer), ["ahead A2"]),
            ]),
        Row(
            testDescription: "what came out before it is waited for",
            steps: [
                Step(expects("A", 2, behind: 1), []), Step(comes("A", 1), ["ask A1"]),
                Step(.ended("A", answer), ["ahead A2"]),
            ]),
        Row(
            testDescription: "what came out behind it was faster: nothing is asked any more",
            steps: [Step(comes("B"), ["ask B1"]), Step(.ended("B", answer), []), Step(expects("A", behind: 0), [])]),
        Row(
            testDescription: "another window of the session changes what was said before: it is asked about anew",
            slots: 2,
            steps: [
                Step(expects("A", 2, behind: 0), ["ahead A2"]), Step(comes("A", 1), ["drop 1", "ask A1"]),
                Step(.ended("A", answer), ["ahead A2"]), Step(comes("A", 2, .turn), ["ask A2 (2)"]),
            ]),
        Row(
            testDescription: "a window that comes out otherwise than expected is asked about as it is",
            steps: [
                Step(expects("A", behind: 0), ["ahead A1"]), Step(comes("A", 1, .size), ["drop 1", "ask A1"]),
            ]),
        Row(
            testDescription: "a courtesy is no reason to ask", condition: .whenCustomerWaits,
            steps: [Step(expects("A", behind: 0, saying: "Thank you!"), [])]),
    ]
}
