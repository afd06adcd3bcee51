/// What the store gives back is what was published.
import Bytes
import Chat
import Records
import Streaming
import StorageRig
import Testing
import TestSupport
import Threads

@testable import Storage

@Suite("Packed records", .timeLimit(.minutes(1)))
struct PackedRecordsTests {
    private let time = Timestamp(milliseconds: 1_737_642_600_123)

    /// One of each kind, with everything that may be missing there and missing.
    private var records: [WorkspaceRecord] {
        let window = Window(
            kind: .session, start: Timestamp(milliseconds: -5), end: Timestamp(milliseconds: 1_737_642_599_000))
        let result = WindowResult(
            stream: "chats", sessionID: "Ä/\"1\"", window: window, revision: 3,
            supersedes: [.init(window: window, revision: 2), .init(window: window, revision: 1)],
            trigger: .turn,
            conversation: Conversation([.customer("Hello\n\u{1F600}"), .rm(""), .customer("\u{7F}\\")]))
        let answered = Response(
            status: .generated, text: "Say \"yes\".", reason: "because", model: "qwen:32b", responder: "ollama",
            promptTokens: 12, completionTokens: 0, truncated: true)
        return [
            .entry(
                WorkspaceEntry(
                    result, response: answered, timing: Timing(queued: 1, firstToken: 0, total: 3), lost: .max)),
            .entry(WorkspaceEntry(result, response: Response(status: .superseded, responder: "ollama"))),
            .entry(
                WorkspaceEntry(
                    result,
                    response: Response(
                        status: .generated, text: "4.2%.", model: "qwen:32b", responder: "openai", truncated: true,
                        cutOff: true, trimmed: true, raw: "RM: 4.2%.\nCustomer:", unsupported: ["4.2%", ""],
                        masked: ["iban"]),
                    timing: Timing(queued: 1, firstToken: 2, total: 30, tokensPerSecond: 12.34))),
            .entry(
                WorkspaceEntry(
                    result, response: Response(status: .generated, responder: "", raw: ""),
                    timing: Timing(tokensPerSecond: 0))),
            .entry(PendingWindow.of("A", 1).entry(response: .none)),
            .entry(PendingWindow.of("A", 2).entry(response: .notAsked(because: "the RM spoke last"))),
            .entry(
                PendingWindow.of("B", 1).entry(
                    response: Response(status: .fallback, text: "Thanks.", reason: "no model", responder: "fallback"))),
            .setAside(
                SetAside(kind: .late, stream: "chats", sequence: 7, sessionID: "a", line: "{\"x\"}", reason: "late")),
            .setAside(
                SetAside(kind: .rejected, stream: "", sequence: .max, sessionID: nil, line: "\u{FFFD}", reason: "")),
            .feedback(
                Feedback(
                    id: "f/1", entry: "e", sessionID: "Ä", kind: .edited, text: "", reason: "r", actor: "a",
                    at: Timestamp(milliseconds: -1))),
            .feedback(Feedback(id: "2", entry: "e", sessionID: "a", kind: .rated, rating: -1)),
        ]
    }

    @Test("records come back as the lines that were published")
    func lines() throws {
        let block = try PackedRecords(records, first: 41, time: time).lines()
        var start = 0
        for (index, record) in records.enumerated() {
            let published = JSONWriter.bytes { record.write(to: &$0, sequence: 41 + UInt64(index), time: time) }
            let kept = block.bytes.withUnsafeBytes { Array($0[start..<block.ends[index]]) }
            #expect(String(decoding: kept, as: UTF8.self) == String(decoding: published, as: UTF8.self) + "\n")
            start = block.ends[index]
        }
        #expect(block.first == 41)
        #expect(block.next == 52)
    }

    @Test("entries of formats that didn't say what they answer don't say it", arguments: [(3, false), (4, true)])
    func answers(_ format: Int, _ isSaid: Bool) throws {
        let response = Response(status: .fallback, text: "Thanks.", reason: "no model", responder: "fallback")
        let records = [WorkspaceRecord.entry(PendingWindow.of("B", 1).entry(response: response))]
        let block = try PackedRecords(records, first: 1, time: time, format: format).lines()
        let line = block.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        #expect(line.contains("\"answers\":{\"sequence\":1,\"sender\":\"customer\"}") == isSaid, "\(line)")
    }

    @Test(
        "records say which release has published them, whichever reads them; those of formats that didn't, don't",
        arguments: [(4, false), (5, true)])
    func release(_ format: Int, _ isSaid: Bool) throws {
        let packed = PackedRecords(records, first: 1, time: time, release: "0.9.1-a", format: format)
        let forgotten = try #require(try packed.forgetting(session: "A"))
        for block in [packed, forgotten.records] {
            let text = try block.lines().bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            let lines = text.split(separator: "\n")
            #expect(lines.count == records.count)
            for line in lines { #expect(line.contains(#","release":"0.9.1-a","data":{"#) == isSaid, "\(line)") }
        }
    }

    @Test("an entry with nothing that format 3 has added is packed as in format 2")
    func earlierFormat() {
        let response = Response(
            status: .generated, text: "Yes.", model: "m", responder: "ollama", promptTokens: 1, completionTokens: 2,
            truncated: true, trimmed: true)
        let entry = PendingWindow.of("A", 1).entry(
            response: response, timing: Timing(queued: 1, firstToken: 2, total: 3))
        let packed = PackedRecords([.entry(entry)], first: 7, time: time)
        let bytes = packed.bytes.withUnsafeBytes { Array($0) }
        // Behind the window: the status, the other fields, what is cut off, and the times.
        let parts = [
            "\u{9}generated", "\u{1}\u{4}Yes.", "\0", "\u{1}\u{1}m", "\u{6}ollama", "\u{1}\u{2}\u{1}\u{4}\u{3}",
        ]
        let expected = Array((parts.joined() + "\u{2}\u{1}\u{4}\u{6}\0").utf8)
        #expect(Array(bytes.suffix(expected.count)) == expected)
    }

    @Test("bytes of any kind are records or damage, and reserve nothing for a count that they don't hold")
    func anyBytes() {
        var random = SeededGenerator(3)
        let whole = PackedRecords(records, first: 1).bytes.withUnsafeBytes { Array($0) }
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            // Four billion records.
            if Bool.random(using: &random) { bytes = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F] + bytes.dropFirst() }
            let packed = PackedRecords(first: .max, bytes: .copy(of: bytes))
            _ = try? packed.next
            _ = try? packed.lines()
        }
    }

    @Test("bytes that are cut off or go on aren't records")
    func damaged() throws {
        let whole = PackedRecords(records, first: 1).bytes.withUnsafeBytes { Array($0) }
        for count in whole.indices {
            let cut = PackedRecords(first: 1, bytes: .copy(of: Array(whole[..<count])))
            #expect(throws: DamagedBytes.self, "\(count)") { try cut.lines() }
        }
        let longer = PackedRecords(first: 1, bytes: .copy(of: whole + [0]))
        #expect(throws: DamagedBytes.self) { try longer.lines() }
        #expect(try PackedRecords(first: 1, bytes: .copy(of: whole)).count == records.count)
    }
}
