/// Records that a consumer is given.
import Chat
import Records
import Streaming
import Testing

@Suite("Records that are given", .timeLimit(.minutes(1)))
struct GivenRecordTests {
    private static func event(_ type: String, _ data: String) -> [UInt8] {
        Array(#"{"specversion":"1.0","id":"s/a/0-30000/1","source":"/x","type":"\#(type)","data":\#(data)}"#.utf8)
    }

    private static let message =
        #"{"timestamp":"1970-01-01T00:00:01.000Z","sender":"customer","message":"hi","sequence":7}"#

    private static func window(_ more: String = "", messages: String = message) -> String {
        #"{"stream":"s","session_id":"a","window":{"kind":"tumbling","start":"1970-01-01T00:00:00.000Z","end":"1970-01-01T00:00:30.000Z"},"revision":2,"supersedes":"s/a/0-30000/1","trigger":"window","messages":[\#(messages)],"lost":3\#(more)}"#
    }

    @Test("a window without an answer", arguments: ["", #","response":null,"timing":null"#, #","more":[1]"#])
    func read(_ more: String) throws {
        let record = try GivenRecord(json: Self.event("streamllm.workspace.entry.v1", Self.window(more)))
        guard case .window(let result, let lost) = record else {
            Issue.record("\(record)")
            return
        }
        let window = Window(
            kind: .tumbling, start: Timestamp(milliseconds: 0), end: Timestamp(milliseconds: 30_000))
        let conversation = Conversation([
            ChatMessage(timestamp: Timestamp(milliseconds: 1000), sender: .customer, text: "hi", sequence: 7)
        ])
        let expected = WindowResult(
            stream: "s", sessionID: "a", window: window, revision: 2,
            supersedes: [.init(window: window, revision: 1)], trigger: .window, conversation: conversation)
        #expect(result == expected)
        #expect(lost == 3)
    }

    @Test("late and rejected messages")
    func setAside() throws {
        let data = #"{"stream":"s","session_id":null,"line":"x","reason":"y","position":{"stream":"s","sequence":4}}"#
        guard case .setAside(let record) = try GivenRecord(json: Self.event("streamllm.message.rejected.v1", data))
        else {
            Issue.record("not set aside")
            return
        }
        #expect(record.kind == .rejected && record.sequence == 4 && record.line == "x" && record.reason == "y")
    }

    @Test("what is said of a stream")
    func stream() throws {
        let data = #"{"stream":"s","ended":true,"part":3,"parts":128}"#
        guard case .stream(let news) = try GivenRecord(json: Self.event("streamllm.stream.v1", data)) else {
            Issue.record("not of a stream")
            return
        }
        #expect(news == StreamNews(stream: "s", ended: true, part: 3, parts: 128))
    }

    @Test(
        "what isn't one is refused",
        arguments: [
            Array("not JSON".utf8), event("streamllm.workspace.entry.v1", "{}"), event("something.else", window()),
            event("streamllm.stream.v1", #"{"stream":1,"ended":true}"#),
            event("streamllm.workspace.entry.v1", window(messages: message.replacingOccurrences("customer", "bot"))),
        ])
    func refused(_ json: [UInt8]) { #expect(throws: (any Error).self) { try GivenRecord(json: json) } }

    @Test("a window without an answer isn't an entry that was published")
    func unanswered() {
        #expect(throws: (any Error).self) {
            try WorkspaceRecord(json: Self.event("streamllm.workspace.entry.v1", Self.window()))
        }
    }
}

extension String {
    fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
