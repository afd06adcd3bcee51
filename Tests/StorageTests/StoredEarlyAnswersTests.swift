/// Early answers among the records that were published last.
import Records
import StorageRig
import TestSupport
import Testing

@testable import Storage

@Suite("Early answers in the store", .serialized, .timeLimit(.minutes(5)))
struct StoredEarlyAnswersTests: StoreSuite {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A block of entries of one session: the first is an early answer, and the others are none.
    private func entries(_ session: String, first: UInt64) -> PackedRecords {
        let answer = Response(status: .generated, text: session, model: "m", responder: "ollama")
        let failure = Response(status: .fallback, text: session, reason: "r", responder: "fallback")
        return PackedRecords(
            [
                .entry(PendingWindow.of(session, 1, .turn).entry(response: answer)),
                .entry(PendingWindow.of(session, 1).entry(response: answer)),
                .entry(PendingWindow.of(session, 2, .turn).entry(response: failure)),
            ], first: first)
    }

    @Test("the last early answers that models wrote are found, the oldest first, and those far back aren't looked for")
    func earlyAnswers() async throws {
        let store = try open()
        for (number, session) in ["A", "B", "C"].enumerated() {
            try store.commit([Commit(records: entries(session, first: UInt64(number) * 3 + 1))])
        }
        let all = try await store.earlyAnswers()
        #expect(all.map(\.response.text) == ["A", "B", "C"])
        let last = try await store.earlyAnswers(size: entries("C", first: 7).bytes.count + 1)
        #expect(last.map(\.response.text) == ["B", "C"])
    }
}
