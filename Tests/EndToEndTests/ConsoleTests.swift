/// Standard output of the consumer.
import Foundation
import Testing
import TestSupport

@Suite("The console", .timeLimit(.minutes(5)))
struct ConsoleTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    /// A message a minute, each in a window of its own: a megabyte of entries, more than a pipe takes.
    private func input(_ count: Int) throws -> String {
        let lines = (0..<count).map { number in
            let time = String(format: "%02d:%02d", number / 60, number % 60)
            let text = "\(number) " + String(repeating: "x", count: 1000)
            return #"{"session_id":"s","timestamp":"2025-01-23T\#(time):00Z","sender":"rm","message":"\#(text)"}"#
        }
        return try setup.folder.write("input.jsonl", lines.joined(separator: "\n") + "\n")
    }

    @Test("that nobody reads holds nothing up: subscribers get all there is, and it all stands there in the end")
    func notRead() async throws {
        let count = 1000
        let consumer = try await setup.consumer("--responder", "none", "--console", "json")
        try await consumer.wait(.error, for: "Publishing entries")
        consumer.holdOutput(true)
        let producer = try await setup.producer(try input(count))
        #expect(await producer.exit() == 0)
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        #expect(await subscriber.exit() == 0)
        #expect(subscriber.lines.count == count)
        #expect(consumer.lines.count < count)
        consumer.holdOutput(false)
        try await consumer.wait(.output) { $0.utf8.count { $0 == UInt8(ascii: "\n") } == count }
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
        #expect(consumer.lines == subscriber.lines)
    }

    @Test("has all that went out when the consumer is asked to stop")
    func stopped() async throws {
        let consumer = try await setup.consumer("--responder", "none", "--console", "json")
        let producer = try await setup.producer(try input(1000))
        try await consumer.wait(.output) { !$0.isEmpty }
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
        producer.signal(SIGTERM)
        #expect(await producer.exit() == 0)
        let shown = consumer.lines
        let next = try await setup.consumer("--responder", "none", "--console", "none")
        try await next.wait(.error, for: "Publishing entries")
        let subscriber = try await setup.subscriber("--format", "json")
        try await subscriber.wait(.output) { $0.utf8.count { $0 == UInt8(ascii: "\n") } >= shown.count }
        // What had not gone out then comes behind it.
        #expect(Array(subscriber.lines.prefix(shown.count)) == shown)
        for program in [next, subscriber] {
            program.signal(SIGTERM)
            #expect(await program.exit() == 0)
        }
    }

    @Test("that nobody reads any more is given up, and that is said; the workspace goes on")
    func gone() async throws {
        let consumer = try await consumer("| true", console: "pretty", "--ephemeral")
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await subscriber.exit() == 0)
        #expect(subscriber.lines.count == 6)
        #expect(await consumer.exit() == 0)
        #expect(consumer.errorText.contains("Nobody reads standard output any more"))
    }

    /// A consumer of the sample that leaves at the end, started by a shell with its standard streams as they say.
    private func consumer(
        _ redirections: String, console: String, _ more: String...
    ) async throws -> RunningProgram {
        try await RunningProgram(
            "/bin/sh",
            [
                "-c", #""$0" "$@" "# + redirections, RunningProgram.programFolder + "/streamllm-consumer",
                "--input-endpoint", setup.folder.endpoint("in"), "--output-endpoint", setup.folder.endpoint("out"),
                "--output-replay-endpoint", setup.folder.endpoint("out-replay"), "--responder", "none", "--log-file",
                setup.folder.path + "/log", "--console", console, "--exit-on-end",
            ] + more)
    }

    @Test("on a full disk is given up, and nothing else")
    func full() async throws {
        let consumer = try await consumer("> /dev/full", console: "pretty")
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await subscriber.exit() == 0)
        #expect(subscriber.lines.count == 6)
        #expect(await consumer.exit() == 0)
        #expect(consumer.errorText.contains("No space left on device. Nothing more will be printed there"))
    }

    @Test(
        "closed streams are nobody's place, and a closed output is given up",
        arguments: [("<&- >&- 2>&-", true), ("<&- 2>&-", false), (">&-", true), ("2>&-", false)])
    func closed(_ redirections: String, isGivenUp: Bool) async throws {
        let consumer = try await consumer(redirections, console: "json")
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await subscriber.exit() == 0)
        #expect(subscriber.lines.count == 6)
        #expect(await consumer.exit() == 0)
        let log = try String(contentsOfFile: setup.folder.path + "/log", encoding: .utf8)
        #expect(log.contains("windows 6, entries 6"))
        #expect(log.contains("Bad file descriptor. Nothing more will be printed there") == isGivenUp)
    }

    @Test(
        "an answer that can't be written is none, and a reason that can't be written ends nothing early",
        arguments: [
            ("streamllm-consumer --settings-schema >/dev/full", 74), ("streamllm-producer --show-settings >&-", 74),
            ("streamllm-keys list --keys /nowhere 2>/dev/full", 64), ("streamllm-consumer --settings-schema | true", 0),
        ] as [(String, Int32)])
    func answers(_ command: String, _ code: Int32) async throws {
        let program = try await RunningProgram("/bin/sh", ["-c", RunningProgram.programFolder + "/" + command])
        #expect(await program.exit() == code)
        #expect((code == 74) == program.errorText.contains("Standard output can't be written"))
    }

    @Test(
        "closed, nothing counts as shown",
        arguments: ["streamllm-consumer --check --responder none", "streamllm-subscribe"])
    func nowhereToShow(_ command: String) async throws {
        let program = try await RunningProgram(
            "/bin/sh",
            [
                "-c", "exec \(RunningProgram.programFolder)/\(command) \"$@\" >&-", "sh",
                command.hasPrefix("streamllm-subscribe") ? "--endpoint" : "--output-endpoint",
                setup.folder.endpoint("out"),
            ])
        if command.hasPrefix("streamllm-subscribe") {
            let consumer = try await setup.consumer("--responder", "none", "--exit-on-end")
            let producer = try await setup.producer(Setup.sample)
            #expect(await producer.exit() == 0)
            #expect(await consumer.exit() == 0)
        }
        #expect(await program.exit() == 74)
        #expect(program.errorText.contains("Standard output can't be written: Bad file descriptor"))
    }
}
