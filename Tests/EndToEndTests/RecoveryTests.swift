/// Programs that are killed and come back.
import Foundation
import OllamaStub
import Testing
import TestSupport

@testable import Chaos

@Suite("Recovery", .timeLimit(.minutes(5)))
struct RecoveryTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    /// Messages 50 ms apart, of 20 sessions.
    private static func lines(_ count: Int) -> [String] {
        var random = SeededGenerator(3)
        return (0..<count).map { index in
            let milliseconds = index * 50
            let time = Date(timeIntervalSince1970: 1_737_642_600 + Double(milliseconds) / 1000)
                .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            let sender = Bool.random(using: &random) ? "rm" : "customer"
            let session = "s\(Int.random(in: 0..<20, using: &random))"
            return #"{"session_id":"\#(session)","timestamp":"\#(time)","sender":"\#(sender)","message":"m\#(index)"}"#
                + "\n"
        }
    }

    /// The entries of a run in which nobody dies.
    private func undisturbed(_ lines: [String], _ options: [String]) async throws -> [String] {
        let setup = try Setup()
        let input = try setup.folder.write("input.jsonl", lines.joined())
        let consumer = try await setup.consumer(["--ephemeral", "--exit-on-end", "--console", "json"] + options)
        let producer = try await setup.producer(input, "--stream-id", "s")
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        return try Entry.all(consumer).map(\.essence)
    }

    private static let windows = [
        ["--window", "tumbling", "--window-size", "5"],
        ["--window", "sliding", "--window-size", "6", "--window-slide", "2.5", "--allowed-lateness", "1"],
        [
            "--window", "session", "--session-gap", "1.5", "--session-max", "10", "--trigger", "turn", "--turn-silence",
            "0.3",
        ],
    ]

    @Test("a consumer killed again and again: a subscriber that follows sees each entry once", arguments: windows)
    func killedConsumer(_ options: [String]) async throws {
        let lines = Self.lines(3000)
        let options = options + ["--responder", "none"]
        let expected = try await undisturbed(lines, options)
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        let producer = try await setup.producer("-", "--stream-id", "s", "--linger", "60")
        for life in 0..<5 {
            let consumer = try await setup.consumer(options + ["--console", "json"])
            producer.write(lines[(life * 500)..<(life * 500 + 500)].joined())
            // Dies in the middle of work: when something of this life has come out.
            try await consumer.wait(.output) { !$0.isEmpty }
            consumer.signal(SIGKILL)
            #expect(await consumer.exit() == -SIGKILL)
        }
        producer.write(lines[2500...].joined())
        producer.closeInput()
        let last = try await setup.consumer(options + ["--console", "none", "--exit-on-end"])
        #expect(await last.exit() == 0)
        #expect(await producer.exit() == 0)
        #expect(await subscriber.exit() == 0)
        let entries = try Entry.all(subscriber)
        #expect(entries.map(\.sequence) == Array(1...entries.count))
        #expect(entries.map(\.essence) == expected)
    }

    @Test("entries outlive the daemon: a subscriber that comes after a restart sees them all")
    func lateSubscriber() async throws {
        let first = try await setup.consumer("--responder", "none", "--console", "json")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        try await first.wait(.output) { $0.split(separator: "\n").count == 6 }
        first.signal(SIGTERM)
        #expect(await first.exit() == 0)
        let second = try await setup.consumer("--responder", "none", "--console", "json")
        let subscriber = try await setup.subscriber("--format", "json")
        try await subscriber.wait(.output) { $0.split(separator: "\n").count == 6 }
        subscriber.signal(SIGTERM)
        second.signal(SIGTERM)
        #expect(await subscriber.exit() == 0)
        #expect(await second.exit() == 0)
        #expect(subscriber.output == first.output)
        #expect(second.output == "", "nothing comes out twice")
    }

    @Test(
        "windows that wait for an answer outlive the daemon, also when nobody is asked any more",
        arguments: ["fallback", "none"])
    func waitingWindows(_ responder: String) async throws {
        // Accepts connections and never answers: windows are asked about and get nowhere.
        let stub = try await OllamaStub.start(Behaviour { _ in [.wait(Gate())] })
        let first = try await setup.consumer(
            ["--console", "none"], environment: ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"])
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        _ = try await stub.chats.first(1)
        first.signal(SIGKILL)
        #expect(await first.exit() == -SIGKILL)
        try await stub.stop()
        let subscriber = try await setup.subscriber("--format", "json")
        let again = try await setup.producer(Setup.sample, "--stream-id", "again")
        let second = try await setup.consumer("--responder", responder, "--console", "none", "--exit-on-end")
        #expect(await again.exit() == 0)
        // The second stays until the subscriber has what it asked for.
        try await subscriber.wait(.output) { $0.split(separator: "\n").count >= 12 }
        subscriber.signal(SIGTERM)
        #expect(await subscriber.exit() == 0)
        #expect(await second.exit() == 0)
        let answers = try Entry.all(subscriber)
        #expect(answers.count == 12)
        #expect(Set(answers.map(\.id)).count == 12)
        #expect(answers.allSatisfy { $0.data.response?.status == responder })
    }

    @Test("a second daemon is kept out, and the first isn't disturbed")
    func secondDaemon() async throws {
        let first = try await setup.consumer("--responder", "none", "--console", "json")
        try await first.wait(.error, for: "Listening")
        let second = try await setup.consumer("--responder", "none")
        #expect(await second.exit() == 69)
        #expect(second.errorText.contains("State directory in use: \(setup.folder.path)/streamllm"))
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        try await first.wait(.output) { $0.split(separator: "\n").count == 6 }
        first.signal(SIGTERM)
        #expect(await first.exit() == 0)
    }

    @Test("a state directory that can't be made: 73, and it says which")
    func noDirectory() async throws {
        let consumer = try await setup.consumer("--state-dir", "/dev/null/state")
        #expect(await consumer.exit() == 73)
        #expect(consumer.errorText.contains("/dev/null/state"))
    }

    @Test("a state directory that can't be written: 73, and it says which")
    func readOnlyDirectory() async throws {
        // Nobody can make a file there, root neither.
        let consumer = try await setup.consumer("--state-dir", "/proc/self")
        #expect(await consumer.exit() == 73)
        #expect(consumer.errorText.contains("State directory can't be written: /proc/self"))
    }

    @Test("a consumer that is started while the disk is full waits for room")
    func fullDisk() async throws {
        let disk = try await SmallDisk(setup.folder.file("disk"), size: 16 << 20)
        let options = ["--responder", "none", "--console", "json", "--state-dir", disk.path + "/state"]
        let first = try await setup.consumer(options)
        try await first.wait(.error, for: "Publishing entries")
        first.signal(SIGTERM)
        #expect(await first.exit() == 0)
        disk.fill()
        let second = try await setup.consumer(options)
        let producer = try await setup.producer(Setup.sample, "--linger", "60")
        if disk.canBeFilled { try await second.wait(.error, for: "Waiting until it can") }
        disk.clear()
        #expect(await producer.exit() == 0)
        try await second.wait(.output) { $0.split(separator: "\n").count == 6 }
        second.signal(SIGTERM)
        #expect(await second.exit() == 0)
        try await disk.unmount()
    }

    @Test("damage that shows itself only when old records are wanted: 74, and the next process sets the store aside")
    func damageWhileRunning() async throws {
        let path = setup.folder.path + "/streamllm/streamllm.sqlite"
        let first = try await setup.consumer("--responder", "none", "--console", "json")
        let producer = try await setup.producer(Setup.sample, "--stream-id", "s")
        #expect(await producer.exit() == 0)
        try await first.wait(.output) { $0.split(separator: "\n").count == 6 }
        first.signal(SIGTERM)
        #expect(await first.exit() == 0)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // The kind of a window with its length before it stands in records and nowhere else, the oldest at the end of
        // the page. The last ones are looked at when the store is opened.
        let kind = try #require(bytes.range(of: Data([8] + "tumbling".utf8), options: .backwards))
        bytes[kind.upperBound - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let second = try await setup.consumer("--responder", "none", "--console", "json")
        let subscriber = try await setup.subscriber("--format", "json")
        #expect(await second.exit() == 74)
        #expect(second.errorText.contains("the store is damaged"))
        let third = try await setup.consumer("--responder", "none", "--console", "json")
        try await third.wait(.error, for: "The store can't be read")
        // What a producer still has comes again, in a new output stream.
        let again = try await setup.producer(Setup.sample, "--stream-id", "s")
        #expect(await again.exit() == 0)
        try await third.wait(.output) { $0.split(separator: "\n").count == 6 }
        for program in [third, subscriber] {
            program.signal(SIGTERM)
            #expect(await program.exit() == 0)
        }
    }

    @Test("a store that isn't one is set aside, and said so")
    func damaged() async throws {
        let folder = setup.folder.path + "/streamllm"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/streamllm.sqlite"
        try Data(repeating: 0x55, count: 40_000).write(to: URL(fileURLWithPath: path))
        let consumer = try await setup.consumer("--responder", "none", "--console", "json", "--exit-on-end")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(consumer.lines.count == 6)
        #expect(consumer.errorText.contains("The store can't be read"))
        let kept = try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.contains("damaged") }
        let aside = try #require(kept)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + aside)).count == 40_000)
    }

    @Test("other windows after a restart: what was open comes out as it is, and nothing twice")
    func otherRules() async throws {
        let lines = (0..<40).map {
            #"{"session_id":"a","timestamp":"2025-01-23T14:30:\#($0 < 10 ? "0" : "")\#($0)Z","sender":"rm","message":"x"}"#
                + "\n"
        }
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        let first = try await setup.consumer("--responder", "none", "--console", "json", "--window-size", "10")
        let producer = try await setup.producer("-", "--linger", "60")
        producer.write(lines[..<25].joined())
        try await first.wait(.output) { $0.contains("\n") }
        first.signal(SIGKILL)
        #expect(await first.exit() == -SIGKILL)
        let second = try await setup.consumer(
            "--responder", "none", "--console", "json", "--window-size", "7", "--exit-on-end")
        producer.write(lines[25...].joined())
        producer.closeInput()
        #expect(await second.exit() == 0)
        #expect(await producer.exit() == 0)
        #expect(await subscriber.exit() == 0)
        let messages = try Entry.all(subscriber).flatMap { $0.data.messages?.map(\.sequence) ?? [] }
        let late = try Entry.all(subscriber).compactMap { $0.data.position?.sequence }
        #expect((messages + late).sorted() == Array(1...40))
    }

    @Test("an emptied store is begun anew, and that is logged")
    func emptied() async throws {
        let path = setup.folder.path + "/streamllm/streamllm.sqlite"
        let first = try await setup.consumer("--responder", "none", "--console", "json", "--exit-on-end")
        #expect(try await setup.producer(Setup.sample, "--stream-id", "s").exit() == 0)
        #expect(await first.exit() == 0)
        #expect(!first.errorText.contains("The store is empty"))
        try Data().write(to: URL(fileURLWithPath: path))
        let second = try await setup.consumer("--responder", "none", "--console", "json", "--exit-on-end")
        #expect(try await setup.producer(Setup.sample, "--stream-id", "s").exit() == 0)
        #expect(await second.exit() == 0)
        #expect(second.errorText.contains("WARNING consumer: The store is empty"))
        #expect(second.lines.count == 6)
    }
}
