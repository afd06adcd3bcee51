/// How programs end: exit codes, messages, signals.
import Foundation
import Testing
import TestSupport

@Suite("Endings", .timeLimit(.minutes(5)))
struct EndingTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    @Test("a missing input file: 66, and it says which")
    func missingInput() async throws {
        let producer = try await setup.producer("/nowhere/chat.jsonl")
        #expect(await producer.exit() == 66)
        #expect(producer.errorText.contains("Input file not found: /nowhere/chat.jsonl"))
    }

    @Test("an endpoint in use: 69, and it says which", arguments: ["tcp", "ipc"])
    func endpointInUse(_ transport: String) async throws {
        let endpoint = transport == "tcp" ? freeEndpoint() : setup.folder.endpoint("shared")
        let first = try await RunningProgram(
            "streamllm-consumer",
            [
                "--input-endpoint", setup.folder.endpoint("in"), "--output-endpoint", endpoint,
                "--output-replay-endpoint", setup.folder.endpoint("r1"), "--responder", "none", "--log-file", "none",
            ])
        try await first.wait(.error, for: "Publishing entries")
        let second = try await RunningProgram(
            "streamllm-consumer",
            [
                "--input-endpoint", setup.folder.endpoint("in"), "--output-endpoint", endpoint,
                "--output-replay-endpoint", setup.folder.endpoint("r2"), "--responder", "none", "--log-file", "none",
            ])
        #expect(await second.exit() == 69)
        #expect(second.errorText.contains("Endpoint in use: \(endpoint)"))
        let producer = try await RunningProgram(
            "streamllm-producer",
            [
                "--input-file", Setup.sample, "--endpoint", endpoint, "--replay-endpoint",
                setup.folder.endpoint("r3"), "--log-file", "none",
            ])
        #expect(await producer.exit() == 69)
        #expect(producer.errorText.contains("Endpoint in use: \(endpoint)"))
        first.signal(SIGTERM)
        #expect(await first.exit() == 0)
    }

    @Test("a file where a socket is to be: 69, and it is left as it is", arguments: ["producer", "consumer"])
    func fileForSocket(_ name: String) async throws {
        let path = try setup.folder.write(name == "producer" ? "in" : "out", "do not delete")
        let program =
            name == "producer"
            ? try await setup.producer(Setup.sample) : try await setup.consumer("--responder", "none")
        #expect(await program.exit() == 69)
        #expect(program.errorText.contains("ipc://\(path): there is a file, not a socket: it is left as it is"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "do not delete")
    }

    @Test("a log that nobody reads holds up nothing, and not the end either")
    func unreadLog() async throws {
        let log = setup.folder.file("fifo")
        try #require(mkfifo(log, 0o600) == 0)
        let reader = open(log, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        let writer = open(log, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        defer { for end in [reader, writer] { close(end) } }
        // From the first line on there is no room.
        let block = [UInt8](repeating: UInt8(ascii: "\n"), count: 4096)
        while write(writer, block, block.count) > 0 {}
        let consumer = try await RunningProgram(
            "/bin/sh",
            [
                "-c", #"exec "$0" "$@" 2>"$LOG""#, RunningProgram.programFolder + "/streamllm-consumer",
                "--input-endpoint", setup.folder.endpoint("in"), "--output-endpoint", setup.folder.endpoint("out"),
                "--output-replay-endpoint", setup.folder.endpoint("out-replay"), "--responder", "none", "--console",
                "json", "--log-level", "debug", "--log-file", setup.folder.file("c.log"),
            ], environment: ["LOG": log])
        let producer = try await setup.producer(Setup.sample)
        try await consumer.wait(.output) { $0.split(separator: "\n").count == 6 }
        #expect(await producer.exit() == 0)
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
        // The file has it all the same.
        #expect(try String(contentsOfFile: setup.folder.file("c.log"), encoding: .utf8).contains("Done: received 28"))
    }

    @Test(
        "a bad option: 64",
        arguments: [
            ["streamllm-producer", "--speed-factor", "-1"], ["streamllm-producer", "--speed-factor", "fast"],
            ["streamllm-producer", "--no-such-option"], ["streamllm-producer", "--max-line-bytes", "0"],
            ["streamllm-producer", "--stream-id", ""], ["streamllm-producer", "--endpoint", "nonsense"],
            ["streamllm-consumer", "--window-size", "0"], ["streamllm-consumer", "--responder", "oracle"],
            ["streamllm-consumer", "--model", "qwen3:cloud"], ["streamllm-consumer", "--log-level", "LOUD"],
            ["streamllm-consumer", "--concurrency", "0"], ["streamllm-consumer", "--output-endpoint", "tcp://"],
            ["streamllm-subscribe", "--from", "0"], ["streamllm-subscribe", "--format", "xml"],
        ])
    func badOption(_ command: [String]) async throws {
        var options = Array(command.dropFirst())
        if command[0] == "streamllm-producer" { options += ["--input-file", Setup.sample] }
        let program = try await RunningProgram(command[0], options + ["--log-file", "none"], folder: setup.folder)
        #expect(await program.exit() == 64)
        #expect(!program.errorText.isEmpty)
    }

    @Test("a log file that can't be written: 73")
    func logFile() async throws {
        let program = try await RunningProgram(
            "streamllm-producer", ["--input-file", Setup.sample, "--log-file", "/nowhere/streamllm.log"])
        #expect(await program.exit() == 73)
        #expect(program.errorText.contains("/nowhere/streamllm.log"))
    }

    @Test(
        "asked to stop in the middle, each program leaves with 0 and nothing half-written",
        arguments: [SIGTERM, SIGINT])
    func stopped(_ signal: Int32) async throws {
        let consumer = try await setup.consumer("--responder", "none", "--console", "json")
        let subscriber = try await setup.subscriber("--format", "json")
        let producer = try await setup.producer(Setup.sample, speed: 20)
        try await subscriber.wait(.output) { $0.contains("\n") }
        for program in [producer, consumer, subscriber] {
            program.signal(signal)
            #expect(await program.exit() == 0)
            #expect(program.errorText.contains("Done: "))
        }
        #expect(consumer.output.hasSuffix("\n"))
        #expect(try Entry.all(consumer).count >= 1)
        #expect(try Entry.all(subscriber).count >= 1)
    }

    @Test("the log goes to standard error and to the file, at the level asked for")
    func logging() async throws {
        let log = setup.folder.file("my.log")
        let consumer = try await setup.consumer(
            "--exit-on-end", "--responder", "none", "--log-file", log, "--log-level", "info")
        let producer = try await setup.producer(Setup.sample)
        _ = await producer.exit()
        #expect(await consumer.exit() == 0)
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(text == consumer.errorText)
        #expect(text.contains("INFO consumer: Done: received 28"))
    }

    @Test("the service manager is told when a program is ready, and when it stops")
    func serviceManager() async throws {
        let manager = try NotifySocket(setup.folder.file("notify"))
        let consumer = try await setup.consumer(
            "--responder", "none",
            environment: ["NOTIFY_SOCKET": setup.folder.file("notify"), "WATCHDOG_USEC": "400000"])
        #expect(try manager.receive().hasPrefix("READY=1\nSTATUS="))
        // Both sides are up: a subscriber finds the output, a producer is heard.
        try await consumer.wait(.error, for: "Listening to")
        try await consumer.wait(.error, for: "Publishing entries on")
        #expect(try manager.receive() == "WATCHDOG=1")
        #expect(try manager.receive() == "WATCHDOG=1")
        consumer.signal(SIGTERM)
        var last = try manager.receive()
        while last == "WATCHDOG=1" { last = try manager.receive() }
        #expect(last == "STOPPING=1")
        #expect(await consumer.exit() == 0)
    }
}
