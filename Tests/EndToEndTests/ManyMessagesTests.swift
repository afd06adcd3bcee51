/// A stream at full speed, with a consumer that is stopped in the middle.
import Foundation
import Testing
import TestSupport

@Suite("Many messages", .timeLimit(.minutes(5)))
struct ManyMessagesTests {
    private static let count = 60_000

    /// Messages 5 ms apart, of 200 sessions, and the windows they must give: session, window number and sequences.
    private static func makeInput() -> (text: String, windows: Set<String>) {
        var random = SeededGenerator(7)
        var text = ""
        var windows: [String: [Int]] = [:]
        for index in 0..<count {
            let session = "s\(Int.random(in: 0..<200, using: &random))"
            let milliseconds = index * 5
            let time =
                "2025-01-23T14:\(30 + milliseconds / 60_000):\((milliseconds / 1000 % 60).padded(2)).\((milliseconds % 1000).padded(3))Z"
            text += #"{"session_id":"\#(session)","timestamp":"\#(time)","sender":"rm","message":"m\#(index)"}"# + "\n"
            windows["\(session) \(milliseconds / 30_000)", default: []].append(index + 1)
        }
        return (text, Set(windows.map { "\($0.key) \($0.value)" }))
    }

    private func windows(_ program: RunningProgram) throws -> Set<String> {
        Set(
            try Entry.all(program).map { entry in
                let start = try #require(entry.data.window?.start)
                let parts = start.split { "T:Z.".contains($0) }
                let minute = try #require(Int(parts[2])) - 30
                let number = minute * 2 + (parts[3] == "30" ? 1 : 0)
                return "\(entry.data.session_id ?? "") \(number) \(entry.data.messages?.map(\.sequence) ?? [])"
            })
    }

    @Test("nothing is lost at full speed, also when the consumer is stopped and goes on", arguments: [false, true])
    func fullSpeed(_ isStopped: Bool) async throws {
        let setup = try Setup()
        let (text, expected) = Self.makeInput()
        let input = try setup.folder.write("input.jsonl", text)
        let consumer = try await setup.consumer("--exit-on-end", "--responder", "none", "--console", "json")
        // Paced, so that there is a middle to be stopped in: 300 s of event time in about 3 s.
        let producer = try await setup.producer(input, speed: isStopped ? 100 : 0)
        if isStopped {
            try await consumer.wait(.output) { $0.contains("\n") }
            consumer.signal(SIGSTOP)
            try await producer.wait(.error, for: "Stream has ended")
            consumer.signal(SIGCONT)
        }
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(try windows(consumer) == expected)
        #expect(try Entry.all(consumer).count == expected.count)
        #expect(consumer.errorText.contains("accepted \(Self.count) = in windows \(Self.count) + late 0; lost 0"))
    }
}

extension ManyMessagesTests {
    @Test("a flood of session ids takes the room of those that are open, not of all that have been")
    func flood() async throws {
        let setup = try Setup()
        let count = 100_000
        var text = ""
        for index in 0..<count {
            let (seconds, fraction) = index.quotientAndRemainder(dividingBy: 1000)
            let time = "2025-01-23T14:\(30 + seconds / 60):\((seconds % 60).padded(2)).\(fraction.padded(3))Z"
            text += #"{"session_id":"s\#(index)","timestamp":"\#(time)","sender":"rm","message":"m"}"# + "\n"
        }
        let input = try setup.folder.write("input.jsonl", text)
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        let consumer = try await setup.consumer("--responder", "none", "--console", "none", "--window-size", "2")
        let producer = try await setup.producer(input)
        #expect(await producer.exit() == 0)
        #expect(await subscriber.exit() == 0)
        let status = try String(contentsOfFile: "/proc/\(consumer.processID)/status", encoding: .utf8)
        let peak = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        let kilobytes = try #require(Int(peak.filter(\.isNumber)))
        #expect(kilobytes < 300_000, "\(peak)")
        #expect(try Entry.all(subscriber).count == count)
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
    }

    @Test("asked to stop at full speed, the consumer leaves with 0, and the next one goes on")
    func stoppedAtFullSpeed() async throws {
        let setup = try Setup()
        let (text, expected) = Self.makeInput()
        let input = try setup.folder.write("input.jsonl", text)
        let first = try await setup.consumer("--responder", "none", "--console", "json")
        let producer = try await setup.producer(input, "--linger", "60", speed: 0)
        try await first.wait(.output) { $0.contains("\n") }
        first.signal(SIGTERM)
        #expect(await first.exit() == 0)
        #expect(first.errorText.contains("Done: "))
        // By replay: the console of the one that was stopped may lack what it had no time to print.
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        let second = try await setup.consumer("--responder", "none", "--console", "none")
        #expect(await subscriber.exit() == 0)
        #expect(await producer.exit() == 0)
        second.signal(SIGTERM)
        #expect(await second.exit() == 0)
        #expect(try windows(subscriber) == expected)
        #expect(try Entry.all(subscriber).count == expected.count)
    }

    @Test("a subscriber that is stopped holds up nobody, and gets everything later")
    func slowSubscriber() async throws {
        let setup = try Setup()
        let (text, expected) = Self.makeInput()
        let input = try setup.folder.write("input.jsonl", text)
        let slow = try await setup.subscriber("--format", "json", "--exit-on-end")
        let quick = try await setup.subscriber("--format", "json", "--exit-on-end")
        let consumer = try await setup.consumer("--responder", "none", "--console", "none")
        let producer = try await setup.producer(input, speed: 100)
        try await slow.wait(.output) { $0.contains("\n") }
        slow.signal(SIGSTOP)
        #expect(await producer.exit() == 0)
        #expect(await quick.exit() == 0)
        slow.signal(SIGCONT)
        #expect(await slow.exit() == 0)
        for subscriber in [slow, quick] {
            #expect(try windows(subscriber) == expected)
            #expect(try Entry.all(subscriber).count == expected.count)
        }
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
    }
}

extension Int {
    fileprivate func padded(_ width: Int) -> String {
        String(repeating: "0", count: width - "\(self)".count) + "\(self)"
    }
}
