/// Feedback, from real pyzmq. What happens is written in Python, beside this file.
import Foundation
import Testing
import TestSupport

@Suite("Feedback on the bus", .timeLimit(.minutes(5)))
struct FeedbackTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    private func consumer(_ more: String...) async throws -> RunningProgram {
        try await setup.consumer(["--feedback-endpoint", setup.folder.endpoint("feedback")] + more)
    }

    @Test(
        "each kind becomes a record, what is wrong is refused; exactly once, whatever is killed when",
        arguments: ["kinds", "killed"])
    func feedback(_ name: String) async throws {
        let test = try await setup.python(
            "Tests/EndToEndTests/Python/feedback.py", RunningProgram.programFolder, "Feedback.test_" + name)
        #expect(await test.exit() == 0, "\(test.errorText)")
        #expect(test.errorText.contains("Ran 1 test"))
    }

    @Test("the example rates each entry")
    func example() async throws {
        let rater = try await setup.python(
            "examples/feedback.py", setup.folder.endpoint("out"), setup.folder.endpoint("feedback"))
        let consumer = try await consumer("--responder", "fallback", "--console", "json")
        let producer = try await setup.producer(Setup.sample, "--linger", "60", speed: 30)
        try await consumer.wait(.output) { $0.contains(#""type":"streamllm.feedback.v1""#) }
        let said = try #require(try Entry.all(consumer).first { $0.type == "streamllm.feedback.v1" })
        try await rater.wait(.output, for: "record \(said.sequence)\n")
        for program in [rater, producer, consumer] { program.signal(SIGINT) }
        #expect(await consumer.exit() == 0)
        _ = await (rater.exit(), producer.exit())
    }

    @Test("an endpoint that somebody else has: without feedback if nobody asked for it, and as soon as it is free")
    func inUse() async throws {
        let taken = try await consumer("--responder", "none")
        try await taken.wait(.error, for: "Taking feedback on")
        let other = try Setup()
        let asked = try await other.consumer("--feedback-endpoint", setup.folder.endpoint("feedback"))
        #expect(await asked.exit() == 69)
        #expect(asked.errorText.contains("Endpoint in use: \(setup.folder.endpoint("feedback"))"))
        taken.signal(SIGTERM)
        #expect(await taken.exit() == 0)
        let none = try await setup.consumer("--responder", "none", "--feedback-endpoint", "none")
        try await none.wait(.error, for: "Listening to")
        none.signal(SIGTERM)
        #expect(await none.exit() == 0)
        #expect(!none.errorText.contains("feedback"), "\(none.errorText)")
    }

    @Test("two of one's own endpoints can't be the same", arguments: ["out", "out-replay"])
    func same(_ name: String) async throws {
        let consumer = try await setup.consumer("--feedback-endpoint", setup.folder.endpoint(name))
        #expect(await consumer.exit() == 64)
        #expect(consumer.errorText.contains("two of the endpoints to listen on are the same"))
    }
}
