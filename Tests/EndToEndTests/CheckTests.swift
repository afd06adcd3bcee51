/// What `--check` finds.
import Foundation
import OllamaStub
import Testing
import TestSupport

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

    @Test("all is well: 0, nothing has been made, and the model has been asked for one token")
    func nothingThere() async throws {
        let stub = try await OllamaStub.start()
        let check = try await setup.consumer(
            "--check", environment: ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"])
        #expect(await check.exit() == 0)
        #expect(check.output.contains("ok       model          qwen:32b on \(stub.baseURL)"))
        #expect(check.output.contains("isn't there yet, and will be made"))
        #expect(check.output.contains("nobody publishes there now"))
        #expect(check.output.contains(/\nok +answer +\S+ answered one token after [0-9]+\.[0-9] s\n/))
        let asked = try stub.chats.all.map { try JSON($0.body)["options"] }
        // With the context of all other questions: another one would make Ollama load the model anew.
        #expect(asked == [["num_ctx": 8192, "num_predict": 1]])
        #expect(try FileManager.default.contentsOfDirectory(atPath: setup.folder.path) == [])
        try await stub.stop()
    }

    @Test(
        "how it answers is said for each server, and what it takes if that is less than is asked for",
        arguments: [
            ([.thinking("H"), .done(reason: "length")], "ok       answer", 0),
            ([.done(reason: "length")], "ok       answer", 0), ([.busy], "note     answer         none from", 0),
            ([.error(400, "broken")], "problem  answer         none from", 69),
        ] as [([Step], String, Int32)])
    func answer(_ steps: [Step], _ line: String, _ code: Int32) async throws {
        var behaviour = Behaviour { _ in steps }
        behaviour.overrides["/api/show"] = [.status(200, #"{"model_info":{"qwen2.context_length":4096}}"#)]
        let stubs = [try await OllamaStub.start(behaviour), try await OllamaStub.start()]
        let check = try await setup.consumer(
            "--check",
            environment: [
                "OLLAMA_BASE_URL": stubs.map(\.baseURL).joined(separator: ","), "QUEN_MODEL_NAME": "qwen:32b",
            ])
        #expect(await check.exit() == code)
        #expect(check.output.contains("\n" + line))
        #expect(
            check.output.contains(
                "note     context        \(stubs[0].baseURL) takes 4096 tokens, less than --num-ctx (8192)\n"))
        #expect(check.output.contains("ok       answer         \(stubs[1].baseURL) answered one token after"))
        for stub in stubs { try await stub.stop() }
    }

    @Test("a store that was left behind is described, and not touched")
    func leftBehind() async throws {
        let consumer = try await setup.consumer("--responder", "none", "--console", "json")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        try await consumer.wait(.output) { $0.split(separator: "\n").count == 6 }
        consumer.signal(SIGKILL)
        _ = await consumer.exit()
        let before = try contents(setup.folder.file("streamllm"))
        let check = try await setup.consumer("--check", "--responder", "none")
        #expect(await check.exit() == 0)
        #expect(
            check.output.contains(
                "1 streams, 0 of them not ended; 0 windows open, 0 waiting for an answer; next record 7"))
        #expect(try contents(setup.folder.file("streamllm")) == before)
    }

    @Test("who publishes is said, and doesn't learn of it")
    func publisher() async throws {
        let producer = try await setup.producer(Setup.sample, "--stream-id", "s", "--linger", "60")
        try await producer.wait(.error, for: "Stream has ended")
        let check = try await setup.consumer("--check", "--responder", "none")
        #expect(await check.exit() == 0)
        #expect(check.output.contains("stream s, 28 records, ended"))
        producer.signal(SIGTERM)
        #expect(await producer.exit() == 0)
        #expect(producer.errorText.contains("Nobody has asked for this stream"))
    }

    @Test(
        "ended by a signal before all is said, it leaves with 128 and the signal's number: 0 would be an answer",
        arguments: [SIGINT, SIGTERM])
    func interrupted(_ signal: Int32) async throws {
        // It listens to each input for a while.
        let inputs = (1...20).flatMap { ["--input-endpoint", setup.folder.endpoint("in\($0)")] }
        let check = try await setup.consumer(["--check", "--responder", "none"] + inputs)
        try await check.wait(.output, for: "isn't there yet, and will be made")
        check.signal(signal)
        #expect(await check.exit() == 128 + signal)
        #expect(!check.output.contains("output"))
    }

    @Test("whoever reads only the first line still gets the exit code of all", arguments: ["none", "ollama"])
    func firstLine(_ responder: String) async throws {
        let check = try await RunningProgram(
            "/bin/sh",
            [
                "-c", #"{ "$0" "$@"; echo "left with $?" >&2; } | head -n 1"#,
                RunningProgram.programFolder + "/streamllm-consumer", "--check", "--responder", responder, "--log-file",
                "none", "--input-endpoint", setup.folder.endpoint("in"), "--output-endpoint",
                setup.folder.endpoint("out"), "--output-replay-endpoint", setup.folder.endpoint("replay"),
            ],
            // Nobody listens on the discard port: that is a problem.
            environment: ["OLLAMA_BASE_URL": "http://127.0.0.1:9", "XDG_STATE_HOME": setup.folder.path])
        try await check.wait(.error, for: "left with ")
        #expect(check.errorText.contains("left with \(responder == "none" ? 0 : 69)\n"))
        #expect(check.lines.count == 1)
    }

    @Test("what stands in the way is said, and left as it is: a file for a socket, a link for a database")
    func inTheWay() async throws {
        let file = try setup.folder.write("out", "do not delete")
        let state = setup.folder.file("streamllm")
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: state + "/streamllm.sqlite", withDestinationPath: setup.folder.file("victim"))
        let check = try await setup.consumer("--check", "--responder", "none")
        #expect(await check.exit() == 69)
        #expect(check.output.contains("there is a file, not a socket"))
        #expect(check.output.contains("\(state) can't be trusted: streamllm.sqlite there is a symbolic link"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "do not delete")
        #expect(!FileManager.default.fileExists(atPath: setup.folder.file("victim")))
    }

    @Test("a daemon that runs is seen, and not disturbed: 69")
    func inUse() async throws {
        let consumer = try await setup.consumer("--responder", "none", "--console", "json")
        try await consumer.wait(.error, for: "Publishing entries")
        let check = try await setup.consumer("--check", "--responder", "none")
        #expect(await check.exit() == 69)
        #expect(check.output.contains("is in use: a consumer works there (process \(consumer.processID))"))
        #expect(check.output.contains("problem  output         Endpoint in use"))
        let producer = try await setup.producer(Setup.sample)
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
        let check = try await setup.consumer(
            "--check", environment: ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"])
        #expect(await check.exit() == 69)
        #expect(check.output.contains("which has llama3:8b; to get it: ollama pull qwen:32b"))
        #expect(check.output.contains("the store is damaged"))
        #expect(check.errorText.contains("2 problems found"))
        try await stub.stop()
    }
}
