/// Windows that wait, and those who wait for them.
import StorageRig
import Testing
import TestSupport

@testable import Consuming
@testable import Storage

@Suite("The answer queue", .timeLimit(.minutes(5)))
struct AnswerQueueTests {
    private let queue = AnswerQueue(slots: 1001)

    /// The name of the window that is to be asked about next.
    private func next() async -> String { await queue.next(.question)?.question?.name ?? "closed" }

    @Test("Whoever waits for a window gets the one that comes")
    func waitingReader() async {
        async let waiting = next()
        await queue.submit([.of("A", 1)])
        let name = await waiting
        #expect(name == "A1")
    }

    @Test("What needs no question is an errand of its own")
    func publication() async {
        let queue = AnswerQueue(condition: .whenCustomerWaits, slots: 1)
        await queue.submit([.of("A", 1), .of("B", 1, of: 1, by: .rm, saying: "x")])
        let publication = await queue.next(.publication)
        let question = await queue.next(.question)
        #expect(publication?.known.map(\.window.name) == ["B1"])
        #expect(question?.question?.name == "A1")
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

    // MARK: Room

    /// One that is asked about, and as many as may wait.
    private static let tooMany = (0...1000).map { PendingWindow.of("\($0)", 1) }

    @Test("Who brings too many windows waits until there is room")
    func room() async {
        let queue = AnswerQueue(slots: 1)
        let submitted = Recorded<Void>()
        let submitter = Task {
            await queue.submit(Self.tooMany)
            submitted.append(())
        }
        let first = await queue.next(.question)
        #expect(submitted.count == 0)
        if let first { await queue.ended(first.session, nil) }
        await submitter.value
        #expect(submitted.count == 1)
    }

    @Test("Who is cancelled while waiting for room waits no longer, and the windows stay")
    func cancelled() async {
        let queue = AnswerQueue(slots: 1)
        let submitter = Task { await queue.submit(Self.tooMany) }
        let first = await queue.next(.question)
        submitter.cancel()
        await submitter.value
        if let first { await queue.ended(first.session, nil) }
        let second = await queue.next(.question)
        #expect(second?.question?.name == "11")
    }

    @Test("Closing lets go whoever waits for room")
    func closedWhileFull() async {
        let queue = AnswerQueue(slots: 1)
        let submitter = Task { await queue.submit(Self.tooMany) }
        _ = await queue.next(.question)
        await queue.close()
        await submitter.value
    }

    // MARK: Cutting off

    @Test(
        "An answer is cut off when a newer window comes, or at once where one has come already",
        arguments: [true, false])
    func cutOff(isKnown: Bool) async {
        let queue = AnswerQueue(.latest, slots: 1)
        let cut = Recorded<Void>()
        let early = PendingWindow.of("A", 1, .turn)
        await queue.submit([early])
        _ = await queue.next(.question)
        if !isKnown { await queue.submit([.of("A", 2)]) }
        _ = await queue.asking(early, of: early.session, since: .now) { cut.append(()) }
        if isKnown {
            #expect(cut.count == 0)
            await queue.submit([.of("A", 2)])
        }
        #expect(cut.count == 1)
        let mayGoOn = await queue.began(early.session)
        #expect(!mayGoOn)
    }

    // MARK: What is said of questions

    @Test("The oldest question of whose answer nothing is out is told of")
    func oldest() async {
        let windows = ["A", "B"].map { PendingWindow.of($0, 1) }
        await queue.submit(windows)
        var sessions: [String?] = []
        for window in windows {
            _ = await queue.next(.question)
            _ = await queue.asking(window, of: window.session, since: .now) {}
        }
        sessions.append(await queue.oldest?.window.result.sessionID)
        _ = await queue.began(windows[0].session)
        sessions.append(await queue.oldest?.window.result.sessionID)
        await queue.ended(windows[1].session, nil)
        sessions.append(await queue.oldest?.window.result.sessionID)
        #expect(sessions == ["A", "B", nil])
    }
}
