/// The main job with real processes: a file of chats goes in, workspace entries come out.
import Chat
import Foundation
import Records
import Streaming
import Testing
import TestSupport
import ZeroMQ

@Suite("Main job", .timeLimit(.minutes(5)))
struct MainJobTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    @Test("without Ollama: six entries in the printed form, labelled as fallback, and both programs leave")
    func withoutOllama() async throws {
        let consumer = try await setup.consumer("--exit-on-end")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        let blocks = consumer.output.components(separatedBy: "🌐 GLOBAL WORKSPACE ENTRY - Session: ").dropFirst()
        #expect(blocks.count == 6)
        #expect(blocks.count { $0.hasPrefix("abc123") } == 3)
        let first = try #require(blocks.first { $0.hasPrefix("abc123") })
        #expect(
            first.hasPrefix(
                """
                abc123
                📅 Window: 14:30:00 - 14:30:30
                💬 Conversation Context (3 messages):
                   Customer: Hi, I'm interested in refinancing my loan.
                   RM: Hello! I'd be happy to help you with refinancing. What's your current loan situation?
                   Customer: I have a 30-year fixed mortgage at 4.5% interest rate.
                🤖 Fallback Response (Ollama is not reachable at http://127.0.0.1:9: connection refused): 
                """))
        #expect(!consumer.output.contains("Quen Response"))
        #expect(consumer.errorText.contains("received 28 = accepted 28 + rejected 0 + duplicates 0"))
        #expect(consumer.errorText.contains("accepted 28 = in windows 28 + late 0; lost 0; windows 6, entries 6"))
        #expect(!consumer.errorText.contains("refinancing my loan"), "no message text in the log")
    }

    @Test("the order of start doesn't matter")
    func orderOfStart() async throws {
        func run(_ start: (Setup) async throws -> RunningProgram) async throws -> [String] {
            let program = try await start(Setup())
            return try Entry.all(program).map(\.essence).sorted()
        }
        let consumerFirst = try await run { setup in
            let consumer = try await setup.consumer("--exit-on-end", "--responder", "none", "--console", "json")
            try await consumer.wait(.error, for: "Listening to")
            let producer = try await setup.producer(Setup.sample, "--stream-id", "s")
            #expect(await producer.exit() == 0)
            #expect(await consumer.exit() == 0)
            return consumer
        }
        #expect(consumerFirst.count == 6)
        let producerFirst = try await run { setup in
            let producer = try await setup.producer(Setup.sample, "--stream-id", "s")
            try await producer.wait(.error, for: "Stream has ended")
            let consumer = try await setup.consumer("--exit-on-end", "--responder", "none", "--console", "json")
            #expect(await producer.exit() == 0)
            #expect(await consumer.exit() == 0)
            return consumer
        }
        #expect(producerFirst == consumerFirst)
        let inTheMiddle = try await run { setup in
            let producer = try await setup.producer(Setup.sample, "--stream-id", "s", speed: 40)
            try await producer.wait(.error, for: "Publishing")
            let consumer = try await setup.consumer("--exit-on-end", "--responder", "none", "--console", "json")
            #expect(await producer.exit() == 0)
            #expect(await consumer.exit() == 0)
            return consumer
        }
        #expect(inTheMiddle == consumerFirst)
        let lateSubscriber = try await run { setup in
            let consumer = try await setup.consumer("--responder", "none", "--console", "none")
            let producer = try await setup.producer(Setup.sample, "--stream-id", "s")
            #expect(await producer.exit() == 0)
            let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
            #expect(await subscriber.exit() == 0)
            consumer.signal(SIGTERM)
            #expect(await consumer.exit() == 0)
            return subscriber
        }
        #expect(lateSubscriber == consumerFirst)
    }

    @Test("running the file again against the same daemon gives its entries again")
    func again() async throws {
        let consumer = try await setup.consumer("--responder", "none", "--console", "json")
        for run in 1...2 {
            let producer = try await setup.producer(Setup.sample)
            #expect(await producer.exit() == 0)
            try await consumer.wait(.output) { $0.count { $0 == "\n" } >= 6 * run }
        }
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
        let entries = try Entry.all(consumer)
        #expect(entries.count == 12)
        #expect(Set(entries.map(\.id)).count == 12)
        #expect(entries.map(\.sequence) == Array(1...12))
        #expect(consumer.errorText.contains("received 56 = accepted 56"))
    }

    @Test("a subscriber that is started beside the others sees each entry once, in order")
    func subscriberBeside() async throws {
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        let consumer = try await setup.consumer("--exit-on-end", "--responder", "none", "--console", "json")
        let producer = try await setup.producer(Setup.sample, speed: 40)
        #expect(await producer.exit() == 0)
        #expect(await subscriber.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(subscriber.lines == consumer.lines)
        #expect(subscriber.lines.count == 6)
    }

    @Test("a subscriber may ask for one session, or from a number on")
    func subscriberChooses() async throws {
        let consumer = try await setup.consumer("--responder", "none", "--console", "json")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        let one = try await setup.subscriber("--format", "json", "--exit-on-end", "--session", "def456")
        let from = try await setup.subscriber("--format", "json", "--exit-on-end", "--from", "4")
        #expect(await one.exit() == 0)
        #expect(await from.exit() == 0)
        #expect(try Entry.all(one).map(\.data.session_id) == ["def456", "def456", "def456"])
        #expect(try Entry.all(from).map(\.sequence) == [4, 5, 6])
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
    }

    @Test("standard input is published like a file")
    func standardInput() async throws {
        let consumer = try await setup.consumer("--exit-on-end", "--responder", "none", "--console", "json")
        let producer = try await setup.producer("-")
        producer.write(try String(contentsOfFile: Setup.sample, encoding: .utf8))
        producer.closeInput()
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(consumer.lines.count == 6)
    }

    @Test("two producers on two endpoints are two streams")
    func twoInputs() async throws {
        let consumer = try await setup.consumer(
            "--input-endpoint", setup.folder.endpoint("in2"), "--exit-on-end", "--responder", "none", "--console",
            "json")
        let one = try await setup.producer(Setup.sample)
        let two = try await RunningProgram(
            "streamllm-producer",
            [
                "--input-file", Setup.sample, "--speed-factor", "0", "--endpoint", setup.folder.endpoint("in2"),
                "--replay-endpoint", setup.folder.endpoint("in2-replay"), "--log-file", "none",
            ])
        #expect(await one.exit() == 0)
        #expect(await two.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(Set(try Entry.all(consumer).map(\.id)).count == 12)
    }

    @Test("no message leaves before its time")
    func pacing() async throws {
        let speed = 20.0
        var now = timespec()
        // Before the producer has started, so before the moment from which it counts.
        clock_gettime(CLOCK_MONOTONIC, &now)
        let start = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
        let arrivals = try await setup.python(
            "Tests/EndToEndTests/Python/arrivals.py", setup.folder.endpoint("in"), "\(start)")
        let producer = try await setup.producer(Setup.sample, speed: speed)
        #expect(await arrivals.exit() == 0)
        #expect(await producer.exit() == 0)
        let first = try #require(Timestamp("2025-01-23T14:30:00Z"))
        #expect(arrivals.lines.count > 10, "most of the 28 come after a subscriber has attached")
        for line in arrivals.lines {
            let parts = line.split(separator: " ")
            let arrived = try #require(Double(parts[0]))
            let time = try #require(Timestamp(String(parts[1])))
            let due = Double(time.milliseconds - first.milliseconds) / speed
            #expect(arrived >= due, "\(parts[1]) came \(due - arrived) ms early")
        }
    }
}
