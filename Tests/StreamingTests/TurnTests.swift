/// When an answer comes early, one row each.
import Streaming
import Testing

@Suite("Early answers", .timeLimit(.minutes(5)))
struct TurnTests {
    private static func policy(_ windows: WindowPolicy.Windows = .tumbling(size: 30_000)) -> WindowPolicy {
        WindowPolicy(windows, turnSilence: 2000)
    }

    static let table: [Rule] = [
        Rule(
            "when the customer has spoken and nobody has since, an early result comes; the close gives the last",
            policy(), [says(1, "a", "x"), .time(2.999), .time(3), .time(30)],
            ["a 0-30 early: x", "a 0-30 #2 for 0-30 #1: x"]),
        Rule(
            "what the customer adds is waited for", policy(),
            [says(1, "a", "x"), says(2.5, "a", "y"), .time(4.499), .time(4.5), .time(30)],
            ["a 0-30 early: x, y", "a 0-30 #2 for 0-30 #1: x, y"]),
        Rule(
            "exactly the silence is still the same turn", policy(),
            [says(1, "a", "x"), says(3, "a", "y"), .time(5), .time(30)],
            ["a 0-30 early: x, y", "a 0-30 #2 for 0-30 #1: x, y"]),
        Rule(
            "never for a turn that has been answered", policy(),
            [says(1, "a", "x"), answers(2, "a", "y"), .time(20), .time(30)], ["a 0-30: x, y"]),
        Rule(
            "one that was answered after the silence has had its early result before", policy(),
            [says(1, "a", "x"), answers(3.001, "a", "y"), .time(30)],
            ["a 0-30 early: x", "a 0-30 #2 for 0-30 #1: x, y"]),
        Rule(
            "an answer after exactly the silence is still in time", policy(),
            [says(1, "a", "x"), answers(3, "a", "y"), .time(30)], ["a 0-30: x, y"]),
        Rule(
            "what the manager says by himself is no turn", policy(),
            [answers(1, "a", "x"), .time(20), .time(30)], ["a 0-30: x"]),
        Rule(
            "no second one when nothing new was said", policy(),
            [says(1, "a", "x"), .time(3), .time(10), says(11, "b", "y"), .time(12), .time(30)],
            ["a 0-30 early: x", "b 0-30 early: y", "a 0-30 #2 for 0-30 #1: x", "b 0-30 #2 for 0-30 #1: y"]),
        Rule(
            "a second one when the customer speaks again", policy(),
            [says(1, "a", "x"), .time(3), says(8, "a", "y"), .time(10), .time(30)],
            ["a 0-30 early: x", "a 0-30 early #2 for 0-30 #1: x, y", "a 0-30 #3 for 0-30 #2: x, y"]),
        Rule(
            "another session's messages carry time on", policy(),
            [says(1, "a", "x"), answers(3, "b", "y"), .time(30)],
            ["a 0-30 early: x", "a 0-30 #2 for 0-30 #1: x", "b 0-30: y"]),
        Rule(
            "none where the window closes first, or at the same time", policy(),
            [says(28, "a", "x"), says(28.5, "b", "y"), .time(40)], ["a 0-30: x", "b 0-30: y"]),
        Rule(
            "time decides, not how finely it is cut: one jump gives the same", policy(),
            [says(1, "a", "x"), .time(100)], ["a 0-30 early: x", "a 0-30 #2 for 0-30 #1: x"]),
        Rule(
            "the end of the stream is a silence, too", policy(),
            [says(1, "a", "x"), .ended], ["a 0-30 early: x", "a 0-30 #2 for 0-30 #1: x"]),
        Rule(
            "in a session window the close replaces the early result, whatever its bounds were",
            policy(.session(gap: 10_000)),
            [says(1, "a", "x"), .time(3), answers(5, "a", "y"), .time(15)],
            ["a 1-11 early: x", "a 1-15 #2 for 1-11 #1: x, y"]),
        Rule(
            "each sliding window that is open has its own", policy(.sliding(size: 20_000, slide: 10_000)),
            [says(11, "a", "x"), .time(13), .time(30)],
            [
                "a 0-20 early: x", "a 10-30 early: x", "a 0-20 #2 for 0-20 #1: x", "a 10-30 #2 for 10-30 #1: x",
            ]),
    ]

    @Test("follows the rules", arguments: table)
    func holds(_ rule: Rule) { rule.check() }
}
