/// The same windows as Apache Flink 2.3, message for message.
import Chat
import Foundation
import Streaming
import Testing

@Suite("Against Apache Flink", .timeLimit(.minutes(5)))
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

    /// An input, Flink's windows of it, and how many of its messages are late.
    struct Case: Sendable, CustomTestStringConvertible {
        let input: String
        let golden: String
        let policy: WindowPolicy
        let late: Int

        var testDescription: String { golden }
    }

    private static let tumbling = WindowPolicy.Windows.tumbling(size: 30_000)
    private static let sliding = WindowPolicy.Windows.sliding(size: 30_000, slide: 10_000)
    private static let session = WindowPolicy.Windows.session(gap: 20_000)

    static let cases = [
        Case(input: "pub_ordered", golden: "tumble_30_0_ooo0", policy: WindowPolicy(tumbling), late: 0),
        Case(input: "pub_ordered", golden: "hop_30_10_ooo0", policy: WindowPolicy(sliding), late: 0),
        Case(input: "pub_ordered", golden: "session_20_0_ooo0", policy: WindowPolicy(session), late: 0),
        Case(input: "pub_jitter", golden: "tumble_30_0_ooo0", policy: WindowPolicy(tumbling), late: 44),
        Case(
            input: "pub_jitter", golden: "tumble_30_0_ooo3000",
            policy: WindowPolicy(tumbling, maxOutOfOrderness: 3000), late: 3),
        Case(
            input: "pub_jitter", golden: "hop_30_10_ooo2000",
            policy: WindowPolicy(sliding, maxOutOfOrderness: 2000), late: 0),
        Case(
            input: "pub_jitter", golden: "session_20_0_ooo3000",
            policy: WindowPolicy(session, maxOutOfOrderness: 3000), late: 0),
    ]

    private static func lines(_ name: String) throws -> [Data] {
        let file = try #require(Bundle.module.url(forResource: name, withExtension: "jsonl", subdirectory: "Fixtures"))
        return try Data(contentsOf: file).split(separator: 0x0A).map { Data($0) }
    }

    @Test("gives Flink's windows", arguments: cases)
    func golden(_ example: Case) throws {
        var batch = MessageBatch(stream: "s")
        for (index, line) in try Self.lines(example.input).enumerated() {
            let line = try JSONDecoder().decode(Line.self, from: line)
            batch.append(
                ChatMessage(
                    timestamp: try #require(Timestamp(line.timestamp)), sender: line.sender == "rm" ? .rm : .customer,
                    text: line.message, sequence: UInt64(index + 1)),
                sessionID: line.session_id)
        }
        var engine = Engine(policy: example.policy)
        var actions: [Action] = []
        engine.handle(.messages(batch), into: &actions)
        engine.handle(.ended(stream: "s"), into: &actions)

        var lateCount = 0
        let results = try actions.compactMap { action -> Result? in
            switch action {
            case .late:
                lateCount += 1
                return nil
            case .rejected: throw ExpectationFailed()
            case .result(let result):
                return Result(
                    session: result.sessionID, start: result.window.start, end: result.window.end,
                    messages: Set(result.conversation.messages.map { "\($0.sender.name): \($0.text)" }))
            }
        }
        let golden = try Self.lines("\(example.input)_\(example.golden)").map { line in
            let window = try JSONDecoder().decode(Golden.self, from: line)
            return Result(
                session: window.session_id, start: try #require(Timestamp(window.window_start)),
                end: try #require(Timestamp(window.window_end)),
                messages: Set(window.messages.map { "\($0[0]): \($0[1])" }))
        }
        #expect(Set(results) == Set(golden))
        #expect(results.count == golden.count)
        #expect(lateCount == example.late)
    }

    private struct ExpectationFailed: Error {}
}
