/// How often something may happen.
import Feed
import Testing

@Suite("A token bucket", .timeLimit(.minutes(1)))
struct TokenBucketTests {
    @Test("gives its burst at once, then what time has earned, and never more than the burst")
    func gives() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(burst: 3, interval: .milliseconds(10), now: start)
        func taken(after milliseconds: Int) -> Int {
            bucket.refill(start + .milliseconds(milliseconds))
            return (0..<10).count { _ in bucket.take() }
        }
        #expect([0, 9, 10, 19, 35, 40, 10_000].map(taken) == [3, 0, 1, 0, 2, 1, 3])
    }

    @Test("what was earned while it was full isn't kept")
    func full() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(burst: 1, interval: .milliseconds(10), now: start)
        func taken() -> Bool { bucket.take() }
        bucket.refill(start + .milliseconds(995))
        #expect(taken())
        bucket.refill(start + .milliseconds(1001))
        #expect(!taken())
        bucket.refill(start + .milliseconds(1005))
        #expect(taken())
    }
}
