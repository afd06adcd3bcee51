/// Handing things between threads and tasks.
import Testing
import Threads

@Suite("Bounded queue", .timeLimit(.minutes(5)))
struct BoundedQueueTests {
    private func queue(limit: Int = 10) throws -> BoundedQueue<Int> {
        BoundedQueue(limit: limit, wakeup: try Wakeup())
    }

    @Test("hands over everything at once, in order")
    func order() async throws {
        let queue = try queue()
        for number in 1...5 { queue.push(number, weight: 1) }
        #expect(await queue.next() == [1, 2, 3, 4, 5])
        #expect(queue.takeAll() == [])
    }

    @Test("a reader waits for what comes later")
    func waitingReader() async throws {
        let queue = try queue()
        async let received = queue.next()
        queue.push(7, weight: 1)
        #expect(await received == [7])
    }

    @Test("is full from its limit on, and a writer waits until there is room")
    func full() async throws {
        let queue = try queue(limit: 2)
        queue.push(1, weight: 1)
        #expect(!queue.isFull)
        queue.push(2, weight: 1)
        #expect(queue.isFull)
        async let room: Void = queue.waitForRoom()
        #expect(queue.takeAll() == [1, 2])
        await room
        #expect(!queue.isFull)
    }

    @Test("what was queued before the close is still handed over, then nothing is")
    func closed() async throws {
        let queue = try queue(limit: 1)
        queue.push(1, weight: 5)
        queue.close()
        #expect(!queue.isFull, "nobody will make room in a closed queue, so nobody waits for it")
        await queue.waitForRoom()
        #expect(await queue.next() == [1])
        #expect(await queue.next() == nil)
    }

    @Test("nothing gets lost between a push and a close on another thread")
    func pushAndClose() async throws {
        for _ in 0..<2000 {
            let queue = try queue()
            async let pushed: Void = onOwnThread("pusher") {
                queue.push(1, weight: 1)
                queue.close()
            }
            var received: [Int] = []
            while let items = await queue.next() { received += items }
            try await pushed
            guard received == [1] else {
                Issue.record("received \(received)")
                return
            }
        }
    }

    @Test("a cancelled reader and a cancelled writer don't wait")
    func cancelled() async throws {
        let queue = try queue(limit: 1)
        let reader = Task { await queue.next() }
        reader.cancel()
        #expect(await reader.value == nil)
        queue.push(1, weight: 1)
        let writer = Task { await queue.waitForRoom() }
        writer.cancel()
        await writer.value
        #expect(queue.isFull)
    }
}
