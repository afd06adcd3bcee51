/// Whether followers are believed who say to be further than their publisher.
import Testing

@testable import Feed

@Suite("Claims", .timeLimit(.minutes(5)))
struct ClaimsTests {
    /// What happens, and what comes of it. The stream's first record is "one"; record n has the fingerprint "n".
    enum Step: Sendable {
        /// A client wants a record that lies ahead.
        case claim(String, from: UInt64, first: String? = "one", last: String, isKnownToBeWrong: Bool = false)
        /// The publisher has come to `next`, and looks at a record.
        case look(next: UInt64, first: String? = "one", at: UInt64?)
        /// Record `at` has a fingerprint; the publisher goes on there.
        case found(String, at: UInt64, goesOn: UInt64?)
        case missing(from: UInt64, end: UInt64? = nil)
        case exhausted(Bool)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [Step]

        init(_ name: String, _ steps: [Step]) { (testDescription, self.steps) = (name, steps) }
    }

    static let cases = [
        Case("nobody claims anything", [.look(next: 5, at: nil)]),
        Case(
            "a true claim is where to go on",
            [
                .claim("a", from: 101, last: "100"), .look(next: 5, at: 100), .found("100", at: 100, goesOn: 101),
                .look(next: 5, at: nil),
            ]),
        Case(
            "a false one isn't, and is known as one from then on",
            [
                .claim("a", from: 101, last: "x"), .look(next: 5, at: 100), .found("100", at: 100, goesOn: nil),
                .look(next: 5, at: nil), .claim("a", from: 101, last: "x", isKnownToBeWrong: true),
                .claim("b", from: 101, last: "x", isKnownToBeWrong: true), .look(next: 5, at: nil),
            ]),
        Case(
            "claims are looked at in order, and each true one is a place to go on",
            [
                .claim("a", from: 101, last: "100"), .claim("b", from: 51, last: "50"), .look(next: 5, at: 50),
                .found("50", at: 50, goesOn: 51), .look(next: 51, at: 100), .found("100", at: 100, goesOn: 101),
            ]),
        Case(
            "a liar at the same place doesn't matter",
            [
                .claim("b", from: 101, last: "x"), .claim("a", from: 101, last: "100"), .look(next: 5, at: 100),
                .found("100", at: 100, goesOn: 101), .claim("c", from: 101, last: "x", isKnownToBeWrong: true),
            ]),
        Case(
            "a client has one claim: its newest",
            [.claim("a", from: 101, last: "100"), .claim("a", from: 31, last: "30"), .look(next: 5, at: 30)]),
        Case(
            "without the first record's fingerprint there is none",
            [.claim("a", from: 101, first: nil, last: "100"), .look(next: 5, at: nil)]),
        Case(
            "another first record's is none",
            [.claim("a", from: 101, first: "other", last: "100"), .look(next: 5, at: nil)]),
        Case(
            "before the first record is published, a claim waits",
            [
                .claim("a", from: 101, last: "100"), .claim("b", from: 201, first: "other", last: "200"),
                .look(next: 1, first: nil, at: nil), .look(next: 2, at: 100), .found("100", at: 100, goesOn: 101),
                .look(next: 101, at: nil),
            ]),
        Case(
            "what has been published meanwhile is no claim any more",
            [.claim("a", from: 101, last: "100"), .look(next: 101, at: nil)]),
        Case(
            "what the input doesn't have yet is forgotten, and may be claimed again",
            [
                .claim("a", from: 101, last: "100"), .look(next: 5, at: 100), .missing(from: 100),
                .look(next: 5, at: nil), .claim("a", from: 101, last: "100"), .look(next: 5, at: 100),
            ]),
        Case(
            "what it will never have isn't looked for again",
            [
                .claim("a", from: 101, last: "100"), .look(next: 5, at: 100), .missing(from: 100, end: 41),
                .claim("a", from: 1 << 60, last: "x"), .look(next: 5, at: nil),
                .claim("a", from: 41, last: "40"), .look(next: 5, at: 40),
            ]),
        Case(
            "a client that was wrong three times isn't believed any more; others are",
            [
                .claim("a", from: 11, last: "x"), .found("10", at: 10, goesOn: nil), .claim("a", from: 12, last: "x"),
                .found("11", at: 11, goesOn: nil), .claim("a", from: 13, last: "x"), .found("12", at: 12, goesOn: nil),
                .claim("a", from: 14, last: "13"), .look(next: 5, at: nil), .claim("b", from: 14, last: "13"),
                .look(next: 5, at: 13), .exhausted(false),
            ]),
        Case("when so many were wrong, nobody is", eightMistakes),
    ]

    private static var eightMistakes: [Step] {
        var steps: [Step] = []
        for number in 1...8 as ClosedRange<UInt64> {
            steps.append(.exhausted(false))
            steps.append(.claim("\(number)", from: 10 + number, last: "x"))
            steps.append(.found("", at: 9 + number, goesOn: nil))
        }
        return steps + [.exhausted(true), .claim("b", from: 101, last: "100"), .look(next: 5, at: nil)]
    }

    @Test("a publisher goes on where followers are, once it knows", arguments: cases)
    func holds(_ row: Case) {
        var claims = Claims()
        for step in row.steps {
            switch step {
            case .claim(let client, let from, let first, let last, let isWrong):
                let isTaken = claims.admit(from: from, first: first, last: last, by: Array(client.utf8))
                #expect(isTaken == !isWrong, "\(step)")
            case .look(let next, let first, let number):
                let wanted = claims.wanted(next: next, fingerprint: first)
                #expect(wanted == number, "\(step)")
            case .found(let fingerprint, let number, let goal):
                let found = claims.found(fingerprint, at: number)
                #expect(found == goal, "\(step)")
            case .missing(let number, let end): claims.missing(from: number, end: end)
            case .exhausted(let expected): #expect(claims.isExhausted == expected)
            }
        }
    }

    @Test("so many clients' claims wait; the others ask again")
    func manyClients() {
        var claims = Claims()
        for number in 1...200 {
            let isTaken = claims.admit(
                from: UInt64(1000 - number), first: "one", last: "x", by: Array("\(number)".utf8))
            #expect(isTaken)
        }
        let wanted = claims.wanted(next: 5, fingerprint: "one")
        #expect(wanted == UInt64(1000 - Claims.pendingLimit - 1))
    }
}
