/// Records whose texts are removed.
import Bytes
import Chat
import Records
import Testing
import TestSupport

@Suite("Records of a session that is removed", .timeLimit(.minutes(1)))
struct ForgettingTests {
    private func json(_ record: WorkspaceRecord?) -> String? {
        record.map { record in
            String(
                decoding: JSONWriter.bytes { record.write(to: &$0, sequence: 1, time: Timestamp(milliseconds: 0)) },
                as: UTF8.self)
        }
    }

    @Test("an entry keeps its id, window and messages' places, and loses all texts")
    func entry() throws {
        let entry = WorkspaceEntry.sample()
        let emptied = try #require(WorkspaceRecord.entry(entry).forgetting(session: "abc123"))
        guard case .entry(let forgotten) = emptied else {
            Issue.record("\(emptied)")
            return
        }
        #expect(forgotten.id == entry.id)
        #expect(
            forgotten.result.conversation.messages.map(\.sequence) == entry.result.conversation.messages.map(\.sequence)
        )
        #expect(forgotten.result.conversation.messages.contains { !$0.text.isEmpty } == false)
        #expect(forgotten.response == .forgotten)
        #expect(WorkspaceRecord.entry(entry).forgetting(session: "abc12") == nil)
    }

    @Test(
        "a line is emptied where it is the session's, or names it",
        arguments: [
            ("abc123", "{}", true), ("abc", "abc123", false), (nil, #"{"session_id":"abc123","x"#, true),
            (nil, #"{"session_id":"abc1234"}"#, false), (nil, "abc123", false), (nil, "", false),
            (nil, #""abc123""#, true), (nil, #"{"session_id":"\u0061bc\u00312\u0033""#, true),
            (nil, #"{"x":"\n\q\u00","session_id":"abc123"}"#, true), (nil, #"{"session_id":"abc123\"#, false),
            (nil, #"\u"#, false),
        ] as [(String?, String, Bool)])
    func line(_ session: String?, _ line: String, _ isEmptied: Bool) {
        check(session, line, of: "abc123", isEmptied)
    }

    @Test(
        "a line is emptied where its session's name is a number",
        arguments: [
            (#"{"session_id": 4711,"timestamp":"yesterday"}"#, true), (#"{"session_id":4711.0}"#, true),
            (#"{"session_id": 4.711e3 ,"x":1}"#, true), (#"{"session_id":"4711"}"#, true),
            (#"{"session_id":47110}"#, false), (#"{"session_id":471}"#, false), (#"{"message":"It is 4711"}"#, false),
            (#"{"session_id":-4711}"#, false), (#"{"session_id":"#, false),
        ])
    func number(_ line: String, _ isEmptied: Bool) { check(nil, line, of: "4711", isEmptied) }

    private func check(_ session: String?, _ line: String, of forgotten: String, _ isEmptied: Bool) {
        let record = WorkspaceRecord.setAside(
            .sample(session == nil ? .rejected : .late, sessionID: session, line: line))
        let emptied = json(record.forgetting(session: forgotten))
        #expect((emptied != nil) == isEmptied)
        #expect(emptied?.contains(#""line":"","#) ?? true, "\(emptied ?? "")")
    }
}
