/// What the consumer counts.
import Testing

@testable import Outbox

@Suite("Counts", .timeLimit(.minutes(5)))
struct CountsTests {
    private let some = Counts(
        accepted: 7, rejected: 2, duplicates: 1, inWindows: 6, late: 1, lost: 3, windows: 4, generated: 2, fallback: 1,
        unanswered: 1)

    @Test("The summary shows the sums, and they come out")
    func summary() {
        let expected =
            "received 10 = accepted 7 + rejected 2 + duplicates 1; accepted 7 = in windows 6 + late 1; lost 3; "
            + "windows 4, entries 4 (generated 2, fallback 1, none 1)"
        #expect("\(some)" == expected)
        #expect(some.received == some.accepted + some.rejected + some.duplicates)
        #expect(some.accepted == some.inWindows + some.late)
    }

    @Test("Adding adds every count")
    func sum() {
        var sum = some
        sum += some
        let twice = Counts(
            accepted: 14, rejected: 4, duplicates: 2, inWindows: 12, late: 2, lost: 6, windows: 8, generated: 4,
            fallback: 2, unanswered: 2)
        #expect(sum == twice)
    }

    @Test("What publishers say that they no longer have is added up as far as one can count")
    func lost() {
        var sum = Counts(lost: .max - 1)
        sum += Counts(lost: 5)
        #expect(sum.lost == .max)
        sum += Counts(lost: .max)
        #expect(sum.lost == .max)
    }
}
