/// A stream at full speed, with a consumer that is stopped in the middle.
import Foundation
import TestSupport
import Testing

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
        let consumer = try setup.consumer("--exit-on-end", "--responder", "none", "--console", "json")
        // Paced, so that there is a middle to be stopped in: 300 s of event time in about 3 s.
        let producer = try setup.producer(input, speed: isStopped ? 100 : 0)
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

extension Int {
    fileprivate func padded(_ width: Int) -> String {
        String(repeating: "0", count: width - "\(self)".count) + "\(self)"
    }
}
