/// Programs that know ZeroMQ and nothing of this project.
import Foundation
import Testing
import TestSupport

@Suite("Strangers", .timeLimit(.minutes(5)))
struct StrangerTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    @Test("the example subscriber, in real pyzmq, sees the entries")
    func exampleSubscriber() async throws {
        let subscriber = try await setup.python("examples/subscriber.py", setup.folder.endpoint("out"))
        let consumer = try await setup.consumer("--responder", "fallback", "--console", "none")
        let producer = try await setup.producer(Setup.sample, speed: 30)
        try await subscriber.wait(.output) { $0.contains("abc123") && $0.contains("fallback") }
        producer.signal(SIGTERM)
        consumer.signal(SIGTERM)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        subscriber.signal(SIGINT)
        #expect(await subscriber.exit() == 0)
    }

    @Test("a bare pyzmq publisher feeds the consumer, with a topic or without", arguments: ["one", "two"])
    func barePublisher(_ frames: String) async throws {
        let consumer = try await setup.consumer("--responder", "none", "--console", "json")
        let publisher = try await setup.python(
            "Tests/EndToEndTests/Python/bare_publisher.py", setup.folder.endpoint("in"), frames)
        try await consumer.wait(.output) { $0.contains("\n") }
        publisher.signal(SIGKILL)
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
        let entry = try #require(try Entry.all(consumer).first)
        #expect(entry.data.session_id == "stranger")
        #expect(entry.data.messages?.first?.message == "Guten Tag")
        #expect(consumer.errorText.contains("publishes without sequence numbers"))
    }

    @Test("every record that goes out fits the published JSON Schema")
    func schema() async throws {
        let input = try setup.folder.write(
            "input.jsonl",
            try String(contentsOfFile: Setup.sample, encoding: .utf8) + "nonsense\n"
                + BadLinesTests.good(timestamp: #""2025-01-23T14:30:01Z""#) + "\n")
        let consumer = try await setup.consumer("--exit-on-end", "--responder", "fallback", "--console", "json")
        let producer = try await setup.producer(input)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(Set(try Entry.all(consumer).map(\.type)).count == 3, "entries, a late and a rejected record")
        let records = try setup.folder.write("records.jsonl", consumer.output)
        let checker = try await setup.python(
            "Tests/EndToEndTests/Python/check_schema.py", Setup.package + "/docs/workspace-entry.schema.json", records)
        #expect(await checker.exit() == 0, "\(checker.errorText)")
        #expect(checker.output == "8 records fit\n")
    }
}
