/// How much may wait for clients that don't read.
import Testing

@testable import Feed

@Suite("Unread answers", .timeLimit(.minutes(5)))
struct UnreadAnswersTests {
    /// Answers that go out, in MiB, and what is left then for client "z", of which an eighth is for one answer.
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
            unread.sent(size, to: connection(client), at: start + .seconds(second))
        }
        let room = unread.room(for: connection("z"), at: start + .seconds(row.second))
        #expect(room == (row.room << 20) / 8)
    }

    private func connection(_ client: String, _ descriptor: Int32 = 7) -> UnreadAnswers.Connection {
        UnreadAnswers.Connection(client: Array(client.utf8), name: nil, descriptor: descriptor)
    }

    @Test("Answers of one name wait for each of its connections")
    func connections() {
        let now = ContinuousClock.now
        var unread = UnreadAnswers()
        for descriptor in 1...5 as ClosedRange<Int32> {
            for _ in 1...3 { unread.sent(4 << 20, to: connection("a", descriptor), at: now) }
        }
        #expect(unread.total == 40 << 20)
        #expect(unread.room(for: connection("a", 9), at: now) == 3 << 20)
    }

    @Test("However many don't read, what is left is never used up")
    func shares() {
        let now = ContinuousClock.now
        var unread = UnreadAnswers()
        var clients = 0
        while case let room = unread.room(for: connection("\(clients)"), at: now), room > 0 {
            for _ in 1...2 { unread.sent(min(room, 4 << 20), to: connection("\(clients)"), at: now) }
            clients += 1
        }
        #expect(18...24 ~= clients)
        #expect(unread.total <= UnreadAnswers.limit)
    }
}
