/// Event time through both programs.
import Foundation
import Testing
import TestSupport

@Suite("Event time", .timeLimit(.minutes(5)))
struct EventTimeTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    private static let fixtures = Setup.package + "/Tests/StreamingTests/Fixtures/"

    /// Runs both programs on an input at full speed.
    ///
    /// - Returns: the consumer, which has left.
    private func run(_ input: String, _ options: [String]) async throws -> RunningProgram {
        let consumer = try await setup.consumer(
            ["--exit-on-end", "--responder", "none", "--console", "json"] + options)
        let producer = try await setup.producer(input)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        return consumer
    }

    private func message(_ time: String, _ session: String, _ text: String, _ sender: String = "customer") -> String {
        #"{"session_id":"\#(session)","timestamp":"\#(time)","sender":"\#(sender)","message":"\#(text)"}"# + "\n"
    }

    // MARK: Windows

    private struct Golden: Decodable {
        let session_id: String
        let window_start: String
        let window_end: String
        let messages: [[String]]
    }

    private static let tumbling = ["--window", "tumbling", "--window-size", "30"]
    private static let sliding = ["--window", "sliding", "--window-size", "30", "--window-slide", "10"]
    private static let session = ["--window", "session", "--session-gap", "20"]

    @Test(
        "Flink's windows, message for message",
        arguments: [
            ("pub_ordered", "tumble_30_0_ooo0", tumbling), ("pub_ordered", "hop_30_10_ooo0", sliding),
            ("pub_ordered", "session_20_0_ooo0", session), ("pub_jitter", "tumble_30_0_ooo0", tumbling),
            ("pub_jitter", "tumble_30_0_ooo3000", tumbling + ["--max-out-of-orderness", "3"]),
            ("pub_jitter", "hop_30_10_ooo2000", sliding + ["--max-out-of-orderness", "2"]),
            ("pub_jitter", "session_20_0_ooo3000", session + ["--max-out-of-orderness", "3"]),
        ])
    func golden(_ input: String, _ golden: String, _ options: [String]) async throws {
        func seconds(_ time: String) throws -> Double {
            let format = Date.ISO8601FormatStyle(includingFractionalSeconds: time.contains("."))
            return try format.parse(time).timeIntervalSince1970
        }
        func name(_ session: String, _ start: String, _ end: String, _ messages: Set<String>) throws -> String {
            "\(session) \(try seconds(start)) \(try seconds(end)) \(messages.sorted())"
        }
        let consumer = try await run("\(Self.fixtures)\(input).jsonl", options)
        let windows = try Entry.all(consumer).filter { $0.data.window != nil }.map { entry in
            let window = try #require(entry.data.window)
            return try name(
                entry.data.session_id ?? "", window.start, window.end,
                Set(entry.data.messages?.map { "\($0.sender): \($0.message)" } ?? []))
        }
        let expected = try String(contentsOfFile: "\(Self.fixtures)\(input)_\(golden).jsonl", encoding: .utf8)
            .split(separator: "\n").map { line in
                let window = try JSONDecoder().decode(Golden.self, from: Data(line.utf8))
                return try name(
                    window.session_id, window.window_start, window.window_end,
                    Set(window.messages.map { "\($0[0]): \($0[1])" }))
            }
        #expect(Set(windows) == Set(expected))
        #expect(windows.count == expected.count)
    }

    @Test("a late message brings its window again, and the console says so")
    func revision() async throws {
        let input = try setup.folder.write(
            "input.jsonl",
            message("2025-01-23T14:30:01Z", "a", "one") + message("2025-01-23T14:30:31Z", "a", "two")
                + message("2025-01-23T14:30:02Z", "a", "late"))
        let subscriber = try await setup.subscriber("--format", "pretty", "--exit-on-end")
        let consumer = try await run(input, ["--allowed-lateness", "5"])
        #expect(await subscriber.exit() == 0)
        let entries = try Entry.all(consumer)
        #expect(entries.map { $0.data.messages?.map(\.message) ?? [] } == [["one"], ["one", "late"], ["two"]])
        #expect(entries.map(\.data.revision) == [1, 2, 1])
        #expect(entries.map(\.data.supersedes) == [nil, entries[0].id, nil])
        #expect(subscriber.output.contains("📅 Window: 14:30:00 - 14:30:30 (revision 2)\n"))
    }

    // MARK: Time

    @Test("a window closes on time although nobody speaks any more")
    func silentChat() async throws {
        // The second message is an hour away, six minutes at this speed: only the producer's clock can close the window.
        let input = try setup.folder.write(
            "input.jsonl",
            message("2025-01-23T14:30:01Z", "a", "one") + message("2025-01-23T15:30:01Z", "a", "two"))
        let consumer = try await setup.consumer(["--responder", "none", "--console", "json"])
        let producer = try await setup.producer(input, speed: 10)
        try await consumer.wait(.output) { $0.contains("\n") }
        #expect(try Entry.all(consumer).first?.data.messages?.map(\.message) == ["one"])
        producer.signal(SIGTERM)
        consumer.signal(SIGTERM)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
    }

    @Test("a producer that is killed in the middle of a window: the window comes out after the idle timeout")
    func killedProducer() async throws {
        let input = try setup.folder.write(
            "input.jsonl",
            message("2025-01-23T14:30:01Z", "a", "one") + message("2025-01-23T14:30:31Z", "b", "two")
                + message("2025-01-23T23:30:00Z", "b", "never"))
        let consumer = try await setup.consumer(
            ["--responder", "none", "--console", "json", "--idle-timeout", "1", "--log-level", "INFO"])
        let producer = try await setup.producer(input, speed: 100)
        // The first window has closed because the second message has arrived, whose window is open.
        try await consumer.wait(.output) { $0.contains("\n") }
        producer.signal(SIGKILL)
        try await consumer.wait(.output) { $0.split(separator: "\n").count == 2 }
        #expect(try Entry.all(consumer).map { $0.data.messages?.map(\.message) ?? [] } == [["one"], ["two"]])
        try await consumer.wait(.error, for: "has fallen silent")
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
    }

    @Test("a message dated 2099 closes nothing and is rejected; a real jump of a day passes")
    func future() async throws {
        let future = message("2099-01-01T00:00:00Z", "b", "from the future")
        let input = try setup.folder.write(
            "input.jsonl",
            message("2025-01-23T14:30:01Z", "a", "one") + future + message("2025-01-23T14:30:02Z", "a", "two")
                + message("2025-01-24T14:30:00Z", "a", "next day") + message("2025-01-24T14:30:01Z", "a", "goes on"))
        let consumer = try await run(input, [])
        let entries = try Entry.all(consumer)
        let rejected = try #require(entries.first { $0.data.reason != nil })
        #expect(rejected.type == "streamllm.message.rejected.v1")
        #expect(rejected.data.line.map { $0 + "\n" } == future)
        #expect(rejected.data.position?.sequence == 2)
        #expect(rejected.data.reason?.contains("2099-01-01T00:00:00.000Z") == true)
        #expect(
            entries.compactMap { $0.data.messages?.map(\.message) } == [["one", "two"], ["next day", "goes on"]])
        #expect(
            consumer.errorText.contains(
                "received 5 = accepted 4 + rejected 1 + duplicates 0; accepted 4 = in windows 4 + late 0"))
    }

    @Test("at a pace, a message dated 2099 doesn't keep the others waiting")
    func futureAtAPace() async throws {
        let input = try setup.folder.write(
            "input.jsonl",
            message("2025-01-23T14:30:01Z", "a", "one") + message("2099-01-01T00:00:00Z", "b", "from the future")
                + "nonsense\n" + message("2025-01-23T14:30:02Z", "a", "two"))
        let consumer = try await setup.consumer(["--exit-on-end", "--responder", "none", "--console", "json"])
        let producer = try await setup.producer(input, speed: 10)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        let entries = try Entry.all(consumer)
        #expect(entries.compactMap { $0.data.messages?.map(\.message) } == [["one", "two"]])
        #expect(entries.compactMap(\.data.reason).count == 2)
        #expect(producer.errorText.contains("2099-01-01T00:00:00.000Z, is far ahead"))
    }

    // MARK: Early answers

    @Test("early answers in the sample: wherever the customer waits for two seconds", arguments: [0, 40.0])
    func turns(_ speed: Double) async throws {
        let consumer = try await setup.consumer([
            "--exit-on-end", "--responder", "none", "--console", "json", "--trigger", "turn",
        ])
        let producer = try await setup.producer(Setup.sample, speed: speed)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        let early = try Entry.all(consumer).filter { $0.data.trigger == "turn" }.map { entry in
            let last = try #require(entry.data.messages?.last)
            return "\(entry.data.session_id ?? "") #\(entry.data.revision ?? 0) \(last.message)"
        }
        #expect(
            early == [
                "abc123 #1 Hi, I'm interested in refinancing my loan.",
                "def456 #1 I need help with my investment portfolio.",
                "def456 #2 It's almost all in tech stocks, and the swings keep me awake.",
                "abc123 #2 I have a 30-year fixed mortgage at 4.5% interest rate.",
                "def456 #1 In about eight years, when my daughter starts university.",
                "abc123 #1 26 years, and I still owe about $310,000.",
                "def456 #2 Maybe 15% in a bad year, not more.",
                "abc123 #2 My income went up by a third last year. Credit is around 780.",
                "abc123 #1 How much higher would it be each month?",
                "abc123 #2 That is more than I hoped. Are there any fees for switching?",
                "abc123 #3 And how long would it all take?",
                "def456 #1 What would the first one have lost in the worst year?",
                "def456 #2 Then I prefer the second. What does the change cost me?",
                "def456 #3 Could you tell me how much tax that would be?",
            ])
        // Each window has its last result at its close.
        let last = try Entry.all(consumer).filter { $0.data.trigger == "window" }
        #expect(last.map { $0.data.session_id ?? "" } == ["abc123", "def456", "abc123", "def456", "abc123", "def456"])
    }
}
