/// The rules of sliding windows, one row each.
import Streaming
import Testing

@Suite("Sliding windows", .timeLimit(.minutes(5)))
struct SlidingTests {
    private static func policy(_ size: Int64 = 30_000, _ slide: Int64 = 10_000, late: Int64 = 0) -> WindowPolicy {
        WindowPolicy(.sliding(size: size, slide: slide), allowedLateness: late)
    }

    static let table: [Rule] = [
        Rule(
            "a message is in every window that is open around it", policy(),
            [says(25, "a", "x"), .ended], ["a 0-30: x", "a 10-40: x", "a 20-50: x"]),
        Rule(
            "windows begin at multiples of the slide after the epoch", policy(),
            [says(30, "a", "x"), .ended], ["a 10-40: x", "a 20-50: x", "a 30-60: x"]),
        Rule(
            // 2025-01-23T14:30:00Z is 1 s after a multiple of 7 s.
            "the slide needn't divide the size", policy(10_000, 7000),
            [says(4, "a", "x"), says(8, "a", "y"), .ended], ["a -1-9: x, y", "a 6-16: y"]),
        Rule(
            "with a slide of the size they are tumbling", policy(30_000, 30_000),
            [says(29.999, "a", "x"), says(30, "a", "y"), .ended], ["a 0-30: x", "a 30-60: y"]),
        Rule(
            "windows close one after the other", policy(),
            [says(5, "a", "x"), says(12, "a", "y"), .time(20), .time(31)],
            ["a -20-10: x", "a -10-20: x, y", "a 0-30: x, y"]),
        Rule(
            "a message that is late for some of its windows is in the others", policy(),
            [says(5, "a", "x"), .time(10), says(6, "a", "y"), .ended],
            ["a -20-10: x", "a -10-20: x, y", "a 0-30: x, y"]),
        Rule(
            "a message that is late for all of its windows is late", policy(),
            [says(5, "a", "x"), .time(30), says(6, "a", "y"), .ended],
            ["a -20-10: x", "a -10-20: x", "a 0-30: x", "late: y"]),
        Rule(
            "with allowed lateness only the windows that had closed come out again", policy(late: 5000),
            [says(5, "a", "x"), .time(12), says(6, "a", "y"), .ended],
            ["a -20-10: x", "a -20-10 #2 for -20-10 #1: x, y", "a -10-20: x, y", "a 0-30: x, y"]),
        Rule(
            "windows that close together come by end, then start, then session id", policy(),
            [says(25, "b", "x"), says(26, "a", "y"), .ended],
            ["a 0-30: y", "b 0-30: x", "a 10-40: y", "b 10-40: x", "a 20-50: y", "b 20-50: x"]),
    ]

    @Test("follows the rules", arguments: table)
    func holds(_ rule: Rule) { rule.check() }
}
