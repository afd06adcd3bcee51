/// The order in which windows are answered.
import StorageRig
import Testing
import TestSupport

@testable import Consuming
@testable import Storage

@Suite("The answer queue", .timeLimit(.minutes(5)))
struct AnswerQueueTests {
    private let queue = AnswerQueue()

    /// The next window's name.
    private func next() async -> String { await queue.next()?.window.name ?? "closed" }

    @Test("A session's windows come in order, each when the one before is finished")
    func oneSession() async {
        await queue.submit([.of("A", 1), .of("A", 2)])
        await queue.submit([.of("A", 3)])
        var names: [String] = []
        for _ in 1...3 {
            names.append(await next())
            await queue.finished(.of("A"))
        }
        #expect(names == ["A1", "A2", "A3"])
    }

    @Test("Sessions go on side by side while one of them waits for its answer")
    func sideBySide() async {
        await queue.submit([.of("A", 1), .of("A", 2), .of("B", 1), .of("C", 1)])
        var names = [await next(), await next(), await next()]
        // A2 has been waiting longest, but A1 isn't finished.
        #expect(names == ["A1", "B1", "C1"])
        await queue.finished(.of("A"))
        names = [await next()]
        #expect(names == ["A2"])
    }

    @Test("A window that comes while its session is being answered waits for it")
    func comesLater() async {
        await queue.submit([.of("A", 1)])
        var names = [await next()]
        await queue.submit([.of("A", 2), .of("B", 1)])
        names.append(await next())
        await queue.finished(.of("A"))
        names.append(await next())
        #expect(names == ["A1", "B1", "A2"])
    }

    @Test("Sessions take turns: one with many windows doesn't hold up the others")
    func turns() async {
        await queue.submit([.of("A", 1), .of("A", 2), .of("A", 3), .of("B", 1)])
        var names: [String] = []
        for session in ["A", "B", "A", "A"] {
            names.append(await next())
            await queue.finished(.of(session))
        }
        #expect(names == ["A1", "B1", "A2", "A3"])
    }

    @Test("Whoever waits for a window gets the one that comes")
    func waitingReader() async {
        async let waiting = next()
        await queue.submit([.of("A", 1)])
        let name = await waiting
        #expect(name == "A1")
    }

    @Test("A closed queue has no windows, neither for those who wait nor for those who come")
    func closed() async {
        async let waiting = next()
        await queue.close()
        let waited = await waiting
        await queue.submit([.of("A", 1)])
        let later = await next()
        #expect(waited == "closed")
        #expect(later == "closed")
    }

    /// One more than may wait, each of a session of its own.
    private static let tooMany = (0...1000).map { PendingWindow.of("\($0)", 1) }

    @Test("Who brings too many windows waits until there is room")
    func room() async {
        let submitted = Recorded<Void>()
        let submitter = Task { [queue] in
            await queue.submit(Self.tooMany)
            submitted.append(())
        }
        // One is taken, and 1000 still wait: that is the limit.
        _ = await next()
        #expect(submitted.count == 0)
        _ = await next()
        await submitter.value
        #expect(submitted.count == 1)
    }

    @Test("Who is cancelled while waiting for room waits no longer, and the windows stay")
    func cancelled() async {
        let submitter = Task { [queue] in await queue.submit(Self.tooMany) }
        _ = await next()
        submitter.cancel()
        await submitter.value
        let count = await queue.count
        #expect(count == 1000)
    }

    @Test("Closing lets go whoever waits for room")
    func closedWhileFull() async {
        let submitter = Task { [queue] in await queue.submit(Self.tooMany) }
        _ = await next()
        await queue.close()
        await submitter.value
    }

    // MARK: Only the latest

    /// What a queue that wants only the latest gives out next: its name, with a mark where it is superseded.
    private func turn(_ queue: AnswerQueue) async -> String {
        await queue.next().map { $0.window.name + ($0.isSuperseded ? " superseded" : "") } ?? "closed"
    }

    @Test("Where only the latest is wanted, older windows of the session are superseded, in order")
    func latest() async {
        let queue = AnswerQueue(.latest)
        await queue.submit([.of("A", 1), .of("B", 1), .of("A", 2), .of("A", 3)])
        var names: [String] = []
        for session in ["A", "B", "A", "A"] {
            names.append(await turn(queue))
            await queue.finished(.of(session))
        }
        #expect(names == ["A1 superseded", "B1", "A2 superseded", "A3"])
    }

    @Test("An early result's answer is cut off when a newer window of its session comes, or is there already")
    func cutOff() async {
        let queue = AnswerQueue(.latest)
        let cut = Recorded<String>()
        await queue.submit([.of("A", 1), .of("B", 1)])
        _ = (await queue.next(), await queue.next())
        await queue.answering(early: .of("A", 1)) { cut.append("A1") }
        await queue.submit([.of("B", 2)])
        #expect(cut.all.isEmpty)
        await queue.submit([.of("A", 2)])
        #expect(cut.all == ["A1"])
        await queue.answering(early: .of("B", 1)) { cut.append("B1") }
        #expect(cut.all == ["A1", "B1"])
    }

    @Test("Where each is wanted, none is cut off")
    func noCutOff() async {
        let cut = Recorded<String>()
        await queue.submit([.of("A", 1)])
        _ = await queue.next()
        await queue.answering(early: .of("A", 1)) { cut.append("A1") }
        await queue.submit([.of("A", 2)])
        #expect(cut.all.isEmpty)
    }
}
