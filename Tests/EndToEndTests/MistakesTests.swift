/// What people do by mistake, with nothing but honest programs.
import Foundation
import Testing
import TestSupport

@Suite("Mistakes", .timeLimit(.minutes(5)))
struct MistakesTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    @Test("a consumer that is given its own output, or that of one behind it, takes nothing of it and says so")
    func ownOutput() async throws {
        let endpoint = freeEndpoint()
        let consumer = try await setup.consumer(
            "--responder", "none", "--console", "none", "--output-endpoint",
            endpoint.replacingOccurrences(of: "127.0.0.1", with: "0.0.0.0"), "--input-endpoint", endpoint,
            "--without-keys")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        try await consumer.wait(.error, for: "is a consumer's workspace, and not messages")
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
        #expect(consumer.errorText.contains("received 28 = accepted 28 + rejected 0"))
    }

    @Test("two consumers on copies of one state directory both get everything")
    func copiedState() async throws {
        func run(_ name: String, _ more: String...) async throws -> RunningProgram {
            try await setup.consumer(
                [
                    "--state-dir", setup.folder.path + "/" + name, "--output-endpoint",
                    setup.folder.endpoint("out-" + name),
                    "--output-replay-endpoint", setup.folder.endpoint("replay-" + name), "--responder", "none",
                    "--console",
                    "json", "--exit-on-end",
                ] + more)
        }
        let first = try await run("a")
        let before = try await setup.producer(Setup.sample)
        #expect(await before.exit() == 0)
        #expect(await first.exit() == 0)
        try FileManager.default.copyItem(atPath: setup.folder.path + "/a", toPath: setup.folder.path + "/b")

        let producer = try await setup.producer(Setup.sample)
        try await producer.wait(.error, for: "Stream has ended")
        let both = [try await run("a"), try await run("b")]
        for consumer in both {
            #expect(await consumer.exit() == 0)
            #expect(consumer.errorText.contains("received 28 = accepted 28"), "\(consumer.errorText)")
        }
        #expect(await producer.exit() == 0)
    }
}
