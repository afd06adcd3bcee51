/// What `--check` finds.
import Foundation
import OllamaStub
import TestSupport
import Testing

@Suite("--check", .timeLimit(.minutes(5)))
struct CheckTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    /// Everything in the state directory, with its contents.
    private func contents(_ folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            found[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
        }
        return found
    }

    @Test("all is well: 0, and nothing has been made")
    func nothingThere() async throws {
        let stub = try await OllamaStub.start()
        let check = try setup.consumer(
            "--check", environment: ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"])
        #expect(await check.exit() == 0)
        #expect(check.output.contains("ok       model          qwen:32b on \(stub.baseURL)"))
        #expect(check.output.contains("isn't there yet, and will be made"))
        #expect(check.output.contains("nobody publishes there now"))
        #expect(stub.chats.all.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: setup.folder.path) == [])
        try await stub.stop()
    }

    @Test("a store that was left behind is described, and not touched")
    func leftBehind() async throws {
        let consumer = try setup.consumer("--responder", "none", "--console", "json")
        let producer = try setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        try await consumer.wait(.output) { $0.split(separator: "\n").count == 6 }
        consumer.signal(SIGKILL)
        _ = await consumer.exit()
        let before = try contents(setup.folder.file("streamllm"))
        let check = try setup.consumer("--check", "--responder", "none")
        #expect(await check.exit() == 0)
        #expect(
            check.output.contains(
                "1 streams, 0 of them not ended; 0 windows open, 0 waiting for an answer; next record 7"))
        #expect(try contents(setup.folder.file("streamllm")) == before)
    }

    @Test("who publishes is said, and doesn't learn of it")
    func publisher() async throws {
        let producer = try setup.producer(Setup.sample, "--stream-id", "s", "--linger", "60")
        try await producer.wait(.error, for: "Stream has ended")
        let check = try setup.consumer("--check", "--responder", "none")
        #expect(await check.exit() == 0)
        #expect(check.output.contains("stream s, 28 records, ended"))
        producer.signal(SIGTERM)
        #expect(await producer.exit() == 0)
        #expect(producer.errorText.contains("Nobody has asked for this stream"))
    }

    @Test("a daemon that runs is seen, and not disturbed: 69")
    func inUse() async throws {
        let consumer = try setup.consumer("--responder", "none", "--console", "json")
        try await consumer.wait(.error, for: "Publishing entries")
        let check = try setup.consumer("--check", "--responder", "none")
        #expect(await check.exit() == 69)
        #expect(check.output.contains("is in use: a consumer works there (process \(consumer.processID))"))
        #expect(check.output.contains("problem  output         Endpoint in use"))
        let producer = try setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        try await consumer.wait(.output) { $0.split(separator: "\n").count == 6 }
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
    }

    @Test("a model that isn't there, and a store that is damaged: 69, and both are said")
    func problems() async throws {
        let stub = try await OllamaStub.start(Behaviour(models: ["llama3:8b"]))
        let folder = setup.folder.file("streamllm")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(repeating: 0x55, count: 40_000).write(to: URL(fileURLWithPath: folder + "/streamllm.sqlite"))
        let check = try setup.consumer(
            "--check", environment: ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"])
        #expect(await check.exit() == 69)
        #expect(check.output.contains("which has llama3:8b; to get it: ollama pull qwen:32b"))
        #expect(check.output.contains("the store is damaged"))
        #expect(check.errorText.contains("2 problems found"))
        try await stub.stop()
    }
}
