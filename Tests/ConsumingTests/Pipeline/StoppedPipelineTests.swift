/// A stop in the middle of much that follows from one event.
import Chat
import Feed
import Streaming
import TestSupport
import Testing

@testable import Consuming
@testable import Outbox
@testable import Storage

@Suite("A pipeline that is stopped within an event", .timeLimit(.minutes(1)))
struct StoppedPipelineTests {
    private static let windows = 5000
    private let end = JournalEvent.delivery(.ended(stream: "s"))

    /// Five thousand windows of one message each are open.
    private func pipeline() async -> Pipeline {
        var pipeline = Pipeline(
            policy: WindowPolicy(.tumbling(size: 30_000)), endpoints: ["e"], logger: LogCapture().logger)
        let lines = (1...Self.windows).map {
            #"{"session_id":"session \#($0)","timestamp":"2025-01-23T14:30:01Z","sender":"rm","message":"x"}"#
        }
        await pipeline.process(.began(stream: "s", endpoint: "e"), with: BatchDecoder())
        await pipeline.process(.records(LineBatch(stream: "s", first: 1, lines: lines)), with: BatchDecoder())
        return pipeline
    }

    @Test("goes no further than the part that it is at, and the next process goes on behind it")
    func within() async throws {
        var first = await pipeline()
        let (stream, outcomes) = AsyncStream.makeStream(of: Outcome.self)
        let stopped = Task { [end] in
            defer { outcomes.finish() }
            return await first.process(end, isJournaled: true) { outcome in
                outcomes.yield(outcome)
                if case .part(let count) = outcome.commit.progress, count > 1000 {
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
        }
        #expect(await !stopped.value)
        var parts: [Outcome] = []
        for await part in stream { parts.append(part) }
        guard case .part(let done) = try #require(parts.last?.commit.progress) else { throw CancellationError() }
        #expect(done > 1000 && done < Self.windows)
        #expect(parts.allSatisfy { $0.commit.progress != .whole && $0.commit.ended == nil })
        var second = await pipeline()
        var rest: [Outcome] = []
        #expect(await second.process(end, isJournaled: true, skipping: done) { rest.append($0) })
        #expect(rest.last?.commit.progress == .whole)
        let sessions = (parts + rest).flatMap { $0.windows.map(\.result.sessionID) }
        #expect(sessions == (1...Self.windows).map { "session \($0)" }.sorted())
    }
}
