/// What was written, read back.
import Chat
import Foundation
import Records
import Streaming
import Testing
import TestSupport

@Suite("Workspace record", .timeLimit(.minutes(5)))
struct WorkspaceRecordTests {
    private func readEntry(_ json: [UInt8]) throws -> WorkspaceEntry {
        guard case .entry(let entry) = try WorkspaceRecord(json: json) else {
            throw Unexpected(text: String(decoding: json, as: UTF8.self))
        }
        return entry
    }

    private struct Unexpected: Error {
        let text: String
    }

    static let responses: [Response] = [
        Response(
            status: .generated, text: "Yes.", model: "qwen:32b", responder: "ollama", promptTokens: 1,
            completionTokens: 2,
            truncated: true),
        Response(status: .fallback, text: "One moment.", reason: "timed out", responder: "fallback"),
        Response(status: .none, responder: "none"),
        .notAsked(because: "the RM spoke last"),
        Response(status: .generated, text: "\"\n\u{1B}\u{9B}\0é😀", reason: "", model: "", responder: ""),
        Response(
            status: .generated, text: "4.2%, $1,200.", model: "m", responder: "openai", truncated: true, cutOff: true,
            trimmed: true, raw: "\"4.2%, $1,200.\"\nCustomer: \u{9B}", unsupported: ["4.2%", "$1,200"],
            masked: ["iban", "e-mail"]),
        Response(status: .generated, text: "Yes.", model: "m", responder: "openai", raw: "", unsupported: [""]),
    ]

    @Test("An entry reads back as it was written", arguments: responses)
    func entry(_ response: Response) throws {
        let entry = WorkspaceEntry.sample(
            stream: "a/b", sessionID: "é\"\n", revision: 3,
            window: Window(
                kind: .session, start: Timestamp(milliseconds: -30_001), end: Timestamp(milliseconds: 29_999)),
            trigger: .turn, response: response, timing: Timing(queued: 1, firstToken: nil, total: 2), lost: .max)
        let read = try readEntry(entry.json(sequence: 9))
        #expect(read.result == entry.result)
        #expect(read.response == response)
        #expect(read.timing == entry.timing)
        #expect(read.lost == .max)
        #expect(read.id == entry.id)
        // Whatever was overlooked here: the same entry writes the same line.
        #expect(read.json(sequence: 9) == entry.json(sequence: 9))
    }

    @Test("How fast a model was reads back with one decimal", arguments: [nil, 0, 0.1, 7.5, 23.46, 1e6, -1, 1e300])
    func rate(_ rate: Double?) throws {
        let timing = Timing(queued: 1, firstToken: 2, total: 3, tokensPerSecond: rate)
        let read = try readEntry(WorkspaceEntry.sample(timing: timing).json())
        #expect(read.timing == timing)
        let known = rate.flatMap { 0..<1e9 ~= $0 ? ($0 * 10).rounded() / 10 : nil }
        #expect(read.timing.tokensPerSecond == known)
    }

    @Test(
        "Windows of every kind, with and without messages, read back",
        arguments: [WindowKind.tumbling, .sliding, .session])
    func kinds(_ kind: WindowKind) throws {
        let window = Window(kind: kind, start: Timestamp(milliseconds: 0), end: Timestamp(milliseconds: 1))
        let entry = WorkspaceEntry.sample(window: window, conversation: Conversation())
        #expect(try readEntry(entry.json()).result.window == window)
        #expect(try readEntry(entry.json()).result.conversation.count == 0)
    }

    @Test("Text of any content reads back to the byte")
    func text() throws {
        let text = "a\0b\"\\/\n\u{7F}\u{85}\u{2028}e\u{301}\u{E9}😀\u{FFFF}"
        let read = try readEntry(WorkspaceEntry.sample(conversation: .saying(text)).json())
        #expect(read.result.conversation.messages.map { Array($0.text.utf8) } == [Array(text.utf8)])
    }

    @Test(
        "Entries at the edges of the calendar, where a message's time or a window's end has no four-digit year, read back",
        arguments: [
            "0000-01-01T00:00:00Z", "0000-01-01T00:00:00+01:00", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:60Z",
            "9999-12-31T23:59:59-01:00",
        ])
    func edgesOfTheCalendar(_ text: String) throws {
        // A reader of timestamps that refuses such a message keeps it out of every entry, which is as good.
        guard let time = Timestamp(text) else { return }
        // From the window before to the end of its own: what sliding windows reach to.
        let (quotient, _) = time.milliseconds.floorDivided(by: 30_000)
        let window = Window(
            kind: .sliding, start: Timestamp(milliseconds: (quotient - 1) * 30_000),
            end: Timestamp(milliseconds: (quotient + 1) * 30_000))
        let conversation = Conversation([ChatMessage(timestamp: time, sender: .rm, text: "m", sequence: 1)])
        let read = try readEntry(WorkspaceEntry.sample(window: window, conversation: conversation).json())
        #expect(read.result.window == window)
        #expect(read.result.conversation == conversation)
    }

    @Test("Late and rejected lines read back as they were written", arguments: [SetAside.Kind.late, .rejected])
    func setAside(_ kind: SetAside.Kind) throws {
        let line = "{\"a\": \u{1B}\u{FFFD}\0"
        for sessionID in [nil, "abc/123"] {
            let record = SetAside.sample(
                kind, stream: "a%b", sequence: .max, sessionID: sessionID, line: line, reason: "why \"so\"")
            let json = record.json(sequence: 2)
            guard case .setAside(let read) = try WorkspaceRecord(json: json) else {
                throw Unexpected(text: String(decoding: json, as: UTF8.self))
            }
            #expect(read.kind == kind)
            #expect(read.stream == "a%b")
            #expect(read.sequence == .max)
            #expect(read.sessionID == sessionID)
            #expect(Array(read.line.utf8) == Array(line.utf8))
            #expect(read.reason == "why \"so\"")
            #expect(read.json(sequence: 2) == json)
        }
    }

    @Test("A record knows the session it belongs to")
    func sessionID() throws {
        #expect(try WorkspaceRecord(json: WorkspaceEntry.sample(sessionID: "s").json()).sessionID == "s")
        #expect(try WorkspaceRecord(json: SetAside.sample(.late, sessionID: "t").json()).sessionID == "t")
        #expect(try WorkspaceRecord(json: SetAside.sample(.rejected, sessionID: nil).json()).sessionID == nil)
    }

    @Test("Fields that a later version may add are passed over")
    func unknownFields() throws {
        let json = String(decoding: WorkspaceEntry.sample().json(), as: UTF8.self)
        let more = json.replacing("{\"stream\"", with: "{\"mood\":{\"is\":[1,null]},\"stream\"", maxReplacements: 1)
        #expect(more != json)
        #expect(try readEntry(Array(more.utf8)).result.sessionID == "abc123")
    }

    @Test(
        "Records of another type or version, and what is no record, are refused",
        arguments: [
            ("streamllm.workspace.entry.v1", "streamllm.workspace.entry.v2"),
            ("streamllm.workspace.entry.v1", "streamllm.message.late.v1"),
            ("streamllm.workspace.entry.v1", ""),
            ("\"type\"", "\"kind\""),
            ("\"data\"", "\"content\""),
            ("\"tumbling\"", "\"hopping\""),
            ("\"generated\"", "\"invented\""),
            ("\"trigger\":\"window\"", "\"trigger\":\"whim\""),
            ("\"sender\":\"rm\"", "\"sender\":\"RM\""),
            ("2025-01-23T14:30:30.000Z", "2025-02-30T14:30:30.000Z"),
            ("\"revision\":1", "\"revision\":\"1\""),
            ("\"lost\":0", "\"lost\":-1"),
            ("\"lost\":0}", "\"lost\":0"),
        ])
    func refuses(_ part: String, _ replacement: String) {
        let json = String(decoding: WorkspaceEntry.sample().json(), as: UTF8.self)
        let other = json.replacing(part, with: replacement)
        #expect(other != json, "the sample has changed: it doesn't contain \(part)")
        #expect(throws: DecodingError.self) { try WorkspaceRecord(json: Array(other.utf8)) }
    }

    @Test("What isn't JSON at all is refused", arguments: ["", " ", "{", "[]", "null", "\"text\"", "hello"])
    func notJSON(_ text: String) {
        #expect(throws: DecodingError.self) { try WorkspaceRecord(json: Array(text.utf8)) }
    }
}
