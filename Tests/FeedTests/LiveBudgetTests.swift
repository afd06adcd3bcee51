/// How much may wait for one subscriber.
import Testing

@testable import Feed

@Suite("Bytes that wait for a subscriber", .timeLimit(.minutes(1)))
struct LiveBudgetTests {
    private static let mebibyte = 1 << 20

    @Test(
        "However large they are, as many as a queue holds take up no more than the limit, or are one",
        arguments: [LiveBudget.large + 1, mebibyte, 7 * mebibyte, LiveBudget.limit, LiveBudget.limit + 1])
    func bounded(_ size: Int) {
        var budget = LiveBudget()
        let sent = (1...5000 as ClosedRange<UInt64>).filter { budget.hasRoom(for: size, at: $0) }
        #expect(sent.first == 1)
        let queue = UInt64(FeedSocket.liveQueue)
        for first in sent {
            let together = sent.count { (first..<(first + queue)).contains($0) }
            #expect(together == 1 || together * size <= LiveBudget.limit)
        }
        // What there is room for is sent.
        #expect(sent.count >= 4 * max(1, LiveBudget.limit / size))
    }

    @Test("A large one now and then always has room, and small ones make none")
    func seldom() {
        var budget = LiveBudget()
        for sequence in stride(from: 1, to: 100_000, by: 1000) as StrideTo<UInt64> {
            let hasRoom = budget.hasRoom(for: LiveBudget.limit, at: sequence)
            #expect(hasRoom)
        }
        let isTooMuch = !budget.hasRoom(for: LiveBudget.large + 1, at: 99_500)
        #expect(isTooMuch)
    }
}
