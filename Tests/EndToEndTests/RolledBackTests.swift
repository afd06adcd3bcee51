/// A state directory that is older than what was published.
import Foundation
import Testing
import TestSupport

@Suite("A workspace that has gone back", .timeLimit(.minutes(5)))
struct RolledBackTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    private var state: String { setup.folder.path + "/state" }

    private func consumer() async throws -> RunningProgram {
        try await setup.consumer(
            "--responder", "none", "--console", "none", "--state-dir", state, "--exit-on-end", "--window-size", "10")
    }

    /// Publishes the entries of so many messages of a session.
    private func publish(_ session: String, _ count: Int) async throws {
        let lines = (0..<count).map {
            #"{"session_id":"\#(session)","timestamp":"2025-01-23T14:\#($0 + 10):00Z","sender":"rm","message":"x"}"#
        }
        let consumer = try await consumer()
        let input = try setup.folder.write("\(session).jsonl", lines.joined(separator: "\n") + "\n")
        let producer = try await setup.producer(input, "--stream-id", session)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
    }

    @Test(
        "isn't followed in silence: whoever has more of it says so, and takes nothing that stands in its records' place"
    )
    func isSaid() async throws {
        try await publish("first", 4)
        let files = FileManager.default
        try files.copyItem(atPath: state, toPath: setup.folder.path + "/older")
        let subscriber = try await setup.subscriber("--format", "json")
        try await publish("second", 4)
        try await subscriber.wait(.output) { $0.contains("second") && $0.split(separator: "\n").count == 8 }
        try files.removeItem(atPath: state)
        try files.moveItem(atPath: setup.folder.path + "/older", toPath: state)
        try await publish("third", 9)
        try await subscriber.wait(.error, for: "isn't the stream that it was: its record 8 isn't what it was")
        #expect(!subscriber.output.contains("third"))
        subscriber.signal(SIGTERM)
        #expect(await subscriber.exit() == 0)
    }
}
