/// How much may wait for clients that don't read.
import Testing

@testable import Feed

@Suite("Unread answers", .timeLimit(.minutes(5)))
struct UnreadAnswersTests {
    /// Answers that go out, in MiB, and what room there is then for client "z".
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sent: [(client: String, mebibytes: Int, second: Double)]
        let second: Double
        let room: Int

        init(
            _ name: String, _ sent: [(client: String, mebibytes: Int, second: Double)], at second: Double, room: Int
        ) {
            (testDescription, self.sent, self.second, self.room) = (name, sent, second, room)
        }
    }

    static let cases = [
        Case("nothing sent: all of it", [], at: 0, room: 64),
        Case("a client's last two answers count", [("a", 4, 0), ("a", 5, 0)], at: 1, room: 55),
        Case("those before don't: libzmq has let them go", [("a", 9, 0), ("a", 4, 0), ("a", 5, 0)], at: 1, room: 55),
        Case("of all clients", [("a", 20, 0), ("b", 20, 0), ("c", 20, 0)], at: 1, room: 4),
        Case("there is no less room than none", [("a", 40, 0), ("b", 112, 0)], at: 1, room: 0),
        Case(
            "a client's next answer takes the place of one of its own", [("z", 40, 0), ("z", 24, 0)], at: 1, room: 40),
        Case("small answers don't count", [("a", 0, 0), ("b", 0, 0)], at: 1, room: 64),
        Case("but they show that one before has gone", [("a", 60, 0), ("a", 0, 0), ("a", 0, 0)], at: 1, room: 64),
        Case("after a while they have been read, or nobody is there", [("a", 60, 0), ("b", 1, 30)], at: 50, room: 63),
        Case("until then they count", [("a", 60, 10), ("b", 1, 30)], at: 50, room: 3),
    ]

    @Test("what is unread leaves room for the rest", arguments: cases)
    func room(_ row: Case) {
        let start = ContinuousClock.now
        var unread = UnreadAnswers()
        for (client, mebibytes, second) in row.sent {
            let size = mebibytes == 0 ? UnreadAnswers.small : mebibytes << 20
            unread.sent(size, to: Array(client.utf8), at: start + .seconds(second))
        }
        let room = unread.room(for: Array("z".utf8), at: start + .seconds(row.second))
        #expect(room == row.room << 20)
    }
}
