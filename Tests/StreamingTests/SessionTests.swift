/// The rules of session windows, one row each.
import Streaming
import Testing

@Suite("Session windows", .timeLimit(.minutes(5)))
struct SessionTests {
    private static func policy(
        _ gap: Int64 = 10_000, longest: Int64 = .max, outOfOrderness: Int64 = 0, late: Int64 = 0
    ) -> WindowPolicy {
        WindowPolicy(.session(gap: gap, longest: longest), maxOutOfOrderness: outOfOrderness, allowedLateness: late)
    }

    static let table: [Rule] = [
        Rule(
            "a window grows while messages are at most the gap apart, and ends a gap after the last", policy(),
            [says(1, "a", "x"), says(9, "a", "y"), says(15, "a", "z"), .ended], ["a 1-25: x, y, z"]),
        Rule(
            "exactly the gap still joins", policy(),
            [says(1, "a", "x"), says(11, "a", "y"), .ended], ["a 1-21: x, y"]),
        Rule(
            "a millisecond more doesn't", policy(),
            [says(1, "a", "x"), says(11.001, "a", "y"), .ended], ["a 1-11: x", "a 11.001-21.001: y"]),
        Rule(
            "a silence ends it, also when others speak", policy(),
            [says(1, "a", "x"), says(5, "b", "y"), says(11, "b", "z"), .ended], ["a 1-11: x", "b 5-21: y, z"]),
        Rule(
            "time without messages ends it", policy(),
            [says(1, "a", "x"), says(9, "a", "y"), .time(18.999), .time(19)], ["a 1-19: x, y"]),
        Rule(
            "a message between two windows makes them one", policy(outOfOrderness: 30_000),
            [says(1, "a", "x"), says(20, "a", "z"), says(10.5, "a", "y"), .ended], ["a 1-30: x, y, z"]),
        Rule(
            "a message before a window moves its beginning", policy(outOfOrderness: 30_000),
            [says(20, "a", "y"), says(10, "a", "x"), .ended], ["a 10-30: x, y"]),
        Rule(
            "a message is late by the window it would be in alone", policy(),
            [says(30, "b", "other"), says(20, "a", "late"), says(20.001, "a", "in time"), .ended],
            ["late: late", "a 20.001-30.001: in time", "b 30-40: other"]),
        Rule(
            "a message that joins an open window is in time", policy(),
            [says(20, "a", "x"), says(29, "b", "other"), says(11, "a", "y"), .ended],
            ["a 11-30: y, x", "b 29-39: other"]),
        Rule(
            "windows that close together come by end, then start, then session id", policy(),
            [says(10, "b", "b1"), says(12, "a", "a1"), says(12, "b", "b2"), says(12, "c", "c1"), .ended],
            ["b 10-22: b1, b2", "a 12-22: a1", "c 12-22: c1"]),
        Rule(
            "a window that reaches the longest time closes although the chat goes on", policy(longest: 15_000),
            [
                says(0, "a", "1"), says(6, "a", "2"), says(12, "a", "3"), says(14.999, "a", "4"), says(15, "a", "5"),
                says(20, "a", "6"), .ended,
            ],
            ["a 0-15: 1, 2, 3, 4", "a 15-30: 5, 6"]),
        Rule(
            "a window is never longer than the longest time", policy(longest: 15_000),
            [says(0, "a", "1"), says(8, "a", "2"), .time(14.999), .time(15)], ["a 0-15: 1, 2"]),
        Rule(
            "windows stay apart where both together would be too long", policy(longest: 15_000, outOfOrderness: 60_000),
            [says(0, "a", "1"), says(16, "a", "3"), says(8, "a", "2"), .ended], ["a 0-15: 1, 2", "a 16-26: 3"]),
        Rule(
            "a message that arrives late brings the window again, within the allowed lateness", policy(late: 20_000),
            [says(0, "a", "x"), .time(12), says(1, "a", "y"), .time(100)],
            ["a 0-10: x", "a 0-11 #2 for 0-10 #1: x, y"]),
        Rule(
            "a window that had closed opens again when a message makes it longer", policy(late: 20_000),
            [says(0, "a", "x"), .time(12), says(8, "a", "y"), .time(17.999), .time(18), .time(100)],
            ["a 0-10: x", "a 0-18 #2 for 0-10 #1: x, y"]),
        Rule(
            "a late message that joins two windows that had closed replaces both", policy(late: 60_000),
            [says(0, "a", "x"), says(11, "a", "z"), .time(30), says(5, "a", "y"), .time(200)],
            ["a 0-10: x", "a 11-21: z", "a 0-21 #2 for 0-10 #1 and 11-21 #1: x, y, z"]),
        Rule(
            "beyond the allowed lateness it is late", policy(late: 20_000),
            [says(0, "a", "x"), .time(30), says(0, "a", "y"), .ended], ["a 0-10: x", "late: y"]),
    ]

    @Test("follows the rules", arguments: table)
    func holds(_ rule: Rule) { rule.check() }
}
