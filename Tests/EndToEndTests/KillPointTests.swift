/// Death at each place where it could matter.
import Foundation
import OllamaStub
import Testing
import TestSupport

@testable import Consuming
@testable import Outbox

@Suite("Dying at named places", .serialized, .timeLimit(.minutes(5)))
struct KillPointTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    /// Runs the sample through lives that end at these places, and one more.
    ///
    /// - Returns: what a subscriber got that was there all the time.
    private func entries(dyingAt places: [String], _ options: [String], _ environment: [String: String]) async throws
        -> [Entry]
    {
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        func life(_ place: String) async throws -> RunningProgram {
            try await setup.consumer(
                options + ["--console", "none"], environment: environment.merging(["STREAMLLM_DIE_AT": place]) { $1 })
        }
        let first = try await life(places[0])
        // It is there when windows close, one after the other: where all came at once, no place would be visited so often.
        let producer = try await setup.producer(Setup.sample, "--stream-id", "s", "--linger", "60", speed: 50)
        #expect(await first.exit() == -SIGKILL, "\(places[0])")
        for place in places.dropFirst() {
            let life = try await life(place)
            #expect(await life.exit() == -SIGKILL, "\(place)")
        }
        let last = try await setup.consumer(options + ["--console", "none", "--exit-on-end"], environment: environment)
        #expect(await producer.exit() == 0)
        // A life that dies behind the end may have told it that it can go, and then the last one waits for somebody.
        let again = try await setup.producer(Setup.sample, "--stream-id", "s", "--linger", "60")
        #expect(await last.exit() == 0)
        again.signal(SIGTERM)
        _ = await again.exit()
        #expect(await subscriber.exit() == 0)
        return try Entry.all(subscriber)
    }

    /// The windows of the sample, undisturbed.
    private func expected() async throws -> [String] {
        let setup = try Setup()
        let consumer = try await setup.consumer(
            "--ephemeral", "--exit-on-end", "--console", "json", "--responder", "none")
        let producer = try await setup.producer(Setup.sample, "--stream-id", "s")
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        return try Entry.all(consumer).map(\.essence)
    }

    @Test(
        "each window comes once, with its messages",
        arguments: FaultPoint.allCases.filter { $0 != .duringAnswer && $0 != .duringRecovery }, [1, 3])
    func place(_ point: FaultPoint, _ visit: Int) async throws {
        let entries = try await entries(dyingAt: ["\(point.rawValue):\(visit)"], ["--responder", "none"], [:])
        #expect(entries.map(\.essence) == (try await expected()))
        #expect(entries.map(\.sequence) == Array(1...6))
    }

    @Test("dying while it recovers, twice: it recovers the third time")
    func recovery() async throws {
        let entries = try await entries(
            dyingAt: ["after-publish:2", "during-recovery:1", "during-recovery:1"], ["--responder", "none"], [:])
        #expect(entries.map(\.essence) == (try await expected()))
    }

    @Test("dying while a model answers: the window is asked about again, and has one entry", arguments: [1, 4])
    func answer(_ visit: Int) async throws {
        let stub = try await OllamaStub.start(
            Behaviour { _ in [.token("One "), .token("answer."), .done(completionTokens: 2)] })
        let entries = try await entries(
            dyingAt: ["during-answer:\(visit)"], [],
            ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"])
        try await stub.stop()
        #expect(entries.map(\.essence).sorted() == (try await expected()).sorted())
        #expect(
            entries.allSatisfy { $0.data.response?.status == "generated" && $0.data.response?.text == "One answer." })
        #expect(stub.chats.all.count >= 7, "one window was asked about twice")
    }
}
