/// The same windows as Apache Flink 2.3, message for message.
import Common
import Foundation
import Streaming
import Testing

@Suite("Against Apache Flink", .timeLimit(.minutes(1)))
struct FlinkTests {
    private struct Line: Decodable {
        let session_id: String
        let timestamp: String
        let sender: String
        let message: String
    }

    private struct Golden: Decodable {
        let session_id: String
        let window_start: String
        let window_end: String
        let messages: [[String]]
    }

    /// A window as both sides can write it. Flink has its messages by arrival, so they are compared as a set.
    private struct Result: Hashable {
        let session: String
        let start: Timestamp
        let end: Timestamp
        let messages: Set<String>
    }

    private static func lines(_ name: String) throws -> [Data] {
        let file = try #require(Bundle.module.url(forResource: name, withExtension: "jsonl", subdirectory: "Fixtures"))
        return try Data(contentsOf: file).split(separator: 0x0A).map { Data($0) }
    }

    @Test(
        "gives Flink's windows",
        arguments: [
            ("pub_ordered", "pub_ordered_tumble_30_0_ooo0", 0, 0), ("pub_jitter", "pub_jitter_tumble_30_0_ooo0", 0, 44),
            ("pub_jitter", "pub_jitter_tumble_30_0_ooo3000", 3000, 3),
        ])
    func golden(_ input: String, _ expected: String, _ outOfOrderness: Int, _ late: Int) throws {
        var batch = MessageBatch(stream: "s")
        for (index, line) in try Self.lines(input).enumerated() {
            let line = try JSONDecoder().decode(Line.self, from: line)
            batch.append(
                ChatMessage(
                    timestamp: try #require(Timestamp(line.timestamp)), sender: line.sender == "rm" ? .rm : .customer,
                    text: line.message, sequence: UInt64(index + 1)),
                sessionID: line.session_id)
        }
        var engine = Engine(policy: WindowPolicy(size: 30_000, maxOutOfOrderness: Int64(outOfOrderness)))
        var actions: [Action] = []
        engine.handle(.messages(batch), into: &actions)
        engine.handle(.ended(stream: "s"), into: &actions)

        var lateCount = 0
        let results = actions.compactMap { action -> Result? in
            switch action {
            case .late:
                lateCount += 1
                return nil
            case .closed(let closed):
                return Result(
                    session: closed.sessionID, start: closed.window.start, end: closed.window.end,
                    messages: Set(closed.conversation.messages.map { "\($0.sender.name): \($0.text)" }))
            }
        }
        let golden = try Self.lines(expected).map { line in
            let window = try JSONDecoder().decode(Golden.self, from: line)
            return Result(
                session: window.session_id, start: try #require(Timestamp(window.window_start)),
                end: try #require(Timestamp(window.window_end)),
                messages: Set(window.messages.map { "\($0[0]): \($0[1])" }))
        }
        #expect(Set(results) == Set(golden))
        #expect(results.count == golden.count)
        #expect(lateCount == late)
    }
}
