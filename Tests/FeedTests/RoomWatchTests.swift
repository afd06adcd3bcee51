/// Waiting for room, and not for ever.
import Testing
import Threads

@testable import Feed

@Suite("Room watch", .timeLimit(.minutes(5)))
struct RoomWatchTests {
    @Test("a queue with room isn't waited for; one that stays full is given up on, and found again when there is room")
    func full() throws {
        let queue = BoundedQueue<Int>(limit: 1, wakeup: try Wakeup())
        var watch = RoomWatch(queue, wakeup: queue.wakeup)
        var isMissing = try watch.isMissing(milliseconds: 1000) { false }
        #expect(!isMissing)
        queue.push(1, weight: 1)
        isMissing = try watch.isMissing(milliseconds: 10) { false }
        #expect(isMissing)
        isMissing = try watch.isMissing(milliseconds: 10) { false }
        #expect(isMissing, "it isn't waited for once more")
        _ = queue.takeAll()
        isMissing = try watch.isMissing(milliseconds: 10) { false }
        #expect(!isMissing)
    }

    @Test("a stop ends the wait")
    func stop() throws {
        let queue = BoundedQueue<Int>(limit: 1, wakeup: try Wakeup())
        var watch = RoomWatch(queue, wakeup: queue.wakeup)
        queue.push(1, weight: 1)
        let isMissing = try watch.isMissing(milliseconds: 1000) { true }
        #expect(!isMissing)
    }
}
