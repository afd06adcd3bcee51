/// Where feedback comes in.
import Common
import Feed
import Outbox
import Testing
import TestSupport
import Threads
import ZeroMQ

@testable import Answering
@testable import Consuming

@Suite("The feedback service", .timeLimit(.minutes(1)))
struct FeedbackServiceTests {
    private let log = LogCapture()
    private let endpoint = freeEndpoint()

    private func service(isOptional: Bool) throws -> FeedbackService {
        let bench = try StageBench(InstantResponder(answer: .canned))
        return try FeedbackService(
            FeedbackEndpoint(endpoint, isOptional: isOptional), keys: nil, store: nil, firstRecord: 1,
            workspace: bench.workspace,
            news: BoundedQueue(limit: .max, wakeup: try Wakeup()), stages: Stages(), logger: log.logger)
    }

    /// Has an endpoint, as another program would.
    private func hold(_ endpoint: String) throws -> DeskSocket {
        try DeskSocket(endpoint, as: .feedback, keys: nil, wakeup: try Wakeup(), FeedSocket.feedback)
    }

    @Test("An optional endpoint that is in use is waited for, which is said once, and taken when it is free")
    func optional() async throws {
        var holder = Optional(try hold(endpoint))
        let service = try service(isOptional: true)
        let running = Task { try await service.run() }
        try await log.lines.first(1)
        #expect(holder?.endpoint == endpoint)
        holder = nil
        #expect(try await log.lines.first(2).last?.text == "Taking feedback on \(endpoint)")
        #expect(log.texts(.warning).count == 1)
        #expect(log.texts(.warning).first?.contains("another program listens on \(endpoint)") == true)
        running.cancel()
        try await running.value
    }

    @Test("One that was asked for must be free")
    func asked() async throws {
        let holder = try hold(endpoint)
        let service = try service(isOptional: false)
        await #expect(throws: ZMQError.self) { try await service.run() }
        #expect(holder.endpoint == endpoint)
    }

    @Test("A stop ends the waiting, too")
    func stopped() async throws {
        let holder = try hold(endpoint)
        let service = try service(isOptional: true)
        let running = Task { try await service.run() }
        try await log.lines.first(1)
        running.cancel()
        try await running.value
        #expect(holder.endpoint == endpoint)
    }
}
