/// How long a publisher stays after its stream's end.
import Testing

@testable import Feed

@Suite("Linger", .timeLimit(.minutes(5)))
struct LingerTests {
    /// What a client does. The stream has ten records and ends at second 0; a client is a letter.
    enum Event: Sendable {
        /// A FETCH from a number.
        case asks(Character, from: UInt64, at: Double)
        /// A BATCH goes out whose last record is before a number.
        case isSent(Character, upTo: UInt64)
        case holds(Character, at: Double)
        /// An END, and whether it names the last record's fingerprint.
        case leaves(Character, knows: Bool = false, at: Double)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let events: [Event]
        /// From this second on the publisher may leave.
        let over: Double
        var next: UInt64 = 11

        init(_ name: String, _ events: [Event], over: Double, next: UInt64 = 11) {
            (testDescription, self.events, self.over, self.next) = (name, events, over, next)
        }
    }

    static let cases = [
        Case("without clients, one is waited for as long as the patience lasts", [], over: 10),
        Case(
            "who was sent the last record and leaves releases the publisher",
            [.asks("a", from: 1, at: 1), .isSent("a", upTo: 11), .leaves("a", at: 2)], over: 2),
        Case(
            "so does who asked for the number behind the last one",
            [.asks("a", from: 11, at: 1), .leaves("a", at: 2)], over: 2),
        Case(
            "and who names the last record's fingerprint",
            [.asks("a", from: 1, at: -60), .leaves("a", knows: true, at: 2)], over: 2),
        Case(
            "everybody who has asked is waited for",
            [
                .asks("a", from: 11, at: -5), .asks("b", from: 11, at: -4), .leaves("a", at: 1), .leaves("b", at: 3),
            ], over: 3),
        Case(
            "who has left before the end isn't waited for",
            [
                .asks("a", from: 3, at: -5), .asks("b", from: 11, at: -4), .leaves("a", at: -3), .leaves("b", at: 3),
            ], over: 3),
        Case(
            "who left before the end, with all that there was to come, has it",
            [.asks("a", from: 1, at: -5), .isSent("a", upTo: 11), .leaves("a", at: -1)], over: 0),
        Case("an END from somebody who never asked is nothing", [.leaves("a", at: 0.5)], over: 10),
        Case(
            "unless it names the last record, as one does who has all of it from an earlier publisher",
            [.leaves("a", knows: true, at: 0.5)], over: 0.5),
        Case(
            "nor does one from somebody who has nothing release anybody",
            [.asks("a", from: 1, at: 0.1), .leaves("a", at: 0.5)], over: 10.5),
        Case(
            "a number that isn't there yet shows nothing",
            [.asks("a", from: 1 << 60, at: 0.1), .leaves("a", at: 0.5)], over: 10.5),
        Case("a request makes it wait anew; silence ends it", [.asks("a", from: 1, at: 8)], over: 18),
        Case("so does a HOLD", [.asks("a", from: 1, at: 0), .holds("a", at: 8)], over: 18),
        Case("a HOLD from somebody who never asked is nothing", [.holds("a", at: 8)], over: 10),
        Case(
            "who asks again for the same is heard for ten minutes",
            [.asks("a", from: 5, at: 0), .asks("a", from: 5, at: 599), .asks("a", from: 5, at: 601)], over: 609),
        Case(
            "who gets on is heard for as long as that takes",
            [.asks("a", from: 5, at: 0), .asks("a", from: 6, at: 599), .asks("a", from: 7, at: 1100)], over: 1110),
        Case(
            "HOLDs count for ten minutes since the last question",
            [.asks("a", from: 5, at: 30), .holds("a", at: 629), .holds("a", at: 631), .holds("a", at: 900)], over: 639),
        Case(
            "or since the end, for who followed live until then",
            [.asks("a", from: 5, at: -7200), .holds("a", at: 599), .holds("a", at: 601)], over: 609),
        Case(
            "who asks again after it has left is waited for again",
            [.asks("a", from: 11, at: 1), .leaves("a", at: 2), .asks("a", from: 11, at: 3)], over: 13),
        Case(
            "of an empty stream there is nothing to show", [.asks("a", from: 1, at: 1), .leaves("a", at: 2)], over: 2,
            next: 1),
        Case("but who never asked doesn't end it", [.leaves("a", at: 2)], over: 10, next: 1),
    ]

    private let end = ContinuousClock.now

    private func after(_ seconds: Double) -> ContinuousClock.Instant { end + .seconds(seconds) }

    @Test("a publisher stays until", arguments: cases)
    func holds(_ row: Case) {
        var linger = Linger(patience: .seconds(10))
        for event in row.events {
            switch event {
            case .asks(let client, let from, let second):
                linger.asked(
                    from: from, next: row.next, by: id(client), endedAt: second < 0 ? nil : end, at: after(second))
            case .isSent(let client, let next): linger.sent(upTo: next, to: id(client))
            case .holds(let client, let second):
                linger.held(by: id(client), endedAt: second < 0 ? nil : end, at: after(second))
            case .leaves(let client, let knows, let second):
                linger.left(id(client), knowing: knows ? row.next : nil, at: after(second))
            }
        }
        // Before its last event a case says nothing of its end.
        #expect(linger.isOver(endedAt: end, next: row.next, now: after(row.over)))
        let isEarly = linger.isOver(endedAt: end, next: row.next, now: after(row.over - 0.1))
        let last = row.events.map(\.second).max() ?? 0
        if row.over - 0.1 > last { #expect(!isEarly) }
    }

    @Test("a client that isn't gone keeps it, whatever others have said")
    func others() {
        var linger = Linger(patience: .seconds(10))
        for client in "ab" { linger.asked(from: 11, next: 11, by: id(client), endedAt: end, at: after(1)) }
        linger.left(id("a"), knowing: 11, at: after(2))
        #expect(!linger.isOver(endedAt: end, next: 11, now: after(3)))
    }

    @Test("so many clients are waited for, and no more; who comes later keeps nobody waiting")
    func crowd() {
        var linger = Linger(patience: .seconds(10))
        for number in 1...Linger.clientLimit {
            linger.asked(from: 1, next: 11, by: Array("\(number)".utf8), endedAt: end, at: after(0))
        }
        #expect(!linger.isCrowded)
        linger.asked(from: 1, next: 11, by: id("x"), endedAt: end, at: after(5))
        #expect(linger.isCrowded)
        linger.held(by: id("x"), endedAt: end, at: after(6))
        #expect(linger.isOver(endedAt: end, next: 11, now: after(10)))
    }

    @Test("the publisher's own followers are waited for, and aren't the company that one waits for")
    func own() {
        var linger = Linger(patience: .seconds(10), company: .optional(until: after(2), own: 1))
        linger.asked(from: 1, next: 11, by: [1], endedAt: nil, at: after(-1))
        #expect(!linger.isOver(endedAt: after(0), next: 11, now: after(5)))
        linger.asked(from: 11, next: 11, by: [1], endedAt: nil, at: after(-0.5))
        linger.left([1], knowing: 11, at: after(0))
        #expect(!linger.isOver(endedAt: after(0), next: 11, now: after(1)))
        #expect(linger.isOver(endedAt: after(0), next: 11, now: after(2)))
        linger.asked(from: 11, next: 11, by: [2], endedAt: after(0), at: after(1))
        #expect(!linger.isOver(endedAt: after(0), next: 11, now: after(2)))
        linger.left([2], knowing: 11, at: after(1.5))
        #expect(linger.isOver(endedAt: after(0), next: 11, now: after(1.5)))
    }

    @Test("a publisher of little doesn't leave before others that wait for it have had time to connect")
    func earliest() {
        var linger = Linger(patience: .seconds(10), earliest: after(0.5))
        linger.asked(from: 11, next: 11, by: id("a"), endedAt: end, at: after(0.1))
        linger.left(id("a"), knowing: 11, at: after(0.2))
        #expect(!linger.isOver(endedAt: end, next: 11, now: after(0.4)))
        linger.asked(from: 1, next: 11, by: id("b"), endedAt: end, at: after(0.4))
        #expect(!linger.isOver(endedAt: end, next: 11, now: after(0.6)))
        linger.left(id("b"), knowing: 11, at: after(0.7))
        #expect(linger.isOver(endedAt: end, next: 11, now: after(0.7)))
    }

    @Test("where company is optional, a first client is waited for until a moment, and no longer")
    func optional() {
        var linger = Linger(patience: .seconds(10), company: .optional(until: after(2)))
        #expect(!linger.isOver(endedAt: end, next: 11, now: after(1.9)))
        #expect(linger.isOver(endedAt: end, next: 11, now: after(2)))
        linger.asked(from: 1, next: 11, by: id("a"), endedAt: end, at: after(1))
        #expect(!linger.isOver(endedAt: end, next: 11, now: after(2)), "somebody has come, and is waited for")
        #expect(linger.isOver(endedAt: end, next: 11, now: after(11)))
        let late = Linger(patience: .seconds(10), company: .optional(until: after(-60)))
        #expect(late.isOver(endedAt: end, next: 11, now: end))
    }

    @Test("a publisher that was stopped begins its patience anew: what was said meanwhile still waits for it")
    func stopped() {
        var linger = Linger(patience: .seconds(10))
        for second in stride(from: 0.0, through: 8, by: 1) { linger.look(at: after(second)) }
        #expect(linger.isOver(endedAt: end, next: 11, now: after(10)))
        linger.look(at: after(600))
        #expect(!linger.isOver(endedAt: end, next: 11, now: after(600)))
        #expect(!linger.isOver(endedAt: end, next: 11, now: after(609)))
        #expect(linger.isOver(endedAt: end, next: 11, now: after(610)))
    }

    private func id(_ client: Character) -> [UInt8] { Array(client.utf8) }
}

extension LingerTests.Event {
    var second: Double {
        switch self {
        case .asks(_, _, let second), .holds(_, let second), .leaves(_, _, let second): second
        case .isSent: 0
        }
    }
}
