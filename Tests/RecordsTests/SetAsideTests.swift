/// Late and rejected lines as other programs see them.
import Chat
import Foundation
import Records
import Testing
import TestSupport

@Suite("A record of a line set aside", .timeLimit(.minutes(5)))
struct SetAsideTests {
    @Test(
        "It is a CloudEvent of its kind, with the line, the reason and the position",
        arguments: [(.late, "streamllm.message.late.v1"), (.rejected, "streamllm.message.rejected.v1")]
            as [(SetAside.Kind, String)])
    func event(_ kind: SetAside.Kind, _ type: String) throws {
        let record = SetAside.sample(kind, line: #"{"message":"x"}"#, reason: "its windows have closed")
        let json = record.json(sequence: 8, time: Timestamp(milliseconds: 1000))
        #expect(!json.contains(UInt8(ascii: "\n")))
        let event = try parsedObject(json)
        #expect(
            Set(event.keys) == [
                "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "sequence", "data",
            ])
        #expect(event["type"] as? String == type)
        #expect(event["specversion"] as? String == "1.0")
        #expect(event["subject"] as? String == "abc123")
        #expect(event["time"] as? String == "1970-01-01T00:00:01.000Z")
        #expect("\(event["sequence"] ?? "")" == "8")
        let data = try #require(event["data"] as? [String: Any])
        #expect(Set(data.keys) == ["stream", "session_id", "line", "reason", "position"])
        #expect(data["stream"] as? String == "stream-1")
        #expect(data["session_id"] as? String == "abc123")
        #expect(data["line"] as? String == #"{"message":"x"}"#)
        #expect(data["reason"] as? String == "its windows have closed")
        let position = try #require(data["position"] as? [String: Any])
        #expect(Set(position.keys) == ["stream", "sequence"])
        #expect(position["stream"] as? String == "stream-1")
        #expect(position["sequence"] as? Int == 17)
    }

    @Test("A line without a session has no subject, which CloudEvents doesn't allow to be empty")
    func noSession() throws {
        let event = try parsedObject(SetAside.sample(.rejected, sessionID: nil).json())
        #expect(event["subject"] == nil)
        #expect((event["data"] as? [String: Any])?["session_id"] is NSNull)
    }

    @Test("Each line's record has an id of its own, not shared with the other kind or another stream")
    func ids() throws {
        let records = [
            SetAside.sample(.late), .sample(.rejected), .sample(.late, sequence: 18), .sample(.late, stream: "other"),
            .sample(.late, stream: "stream-1/17"), .sample(.late, stream: "stream-1%2F17"),
        ]
        let ids = try records.map { try #require(try parsedObject($0.json())["id"] as? String) }
        #expect(Set(ids).count == ids.count)
        let again = try parsedObject(SetAside.sample(.late, reason: "another").json(sequence: 99))["id"] as? String
        #expect(again == ids[0])
        #expect(!ids.contains(WorkspaceEntry.sample().id))
    }

    @Test("A line of any content is kept in it to the byte")
    func hostileLine() throws {
        let line = "\u{1B}[31m{\"broken\": \"\u{9B}\\\r\t\u{0}\u{FFFD}é"
        let data = try #require(
            try parsedObject(SetAside.sample(.rejected, line: line).json())["data"] as? [String: Any])
        let kept = try #require(data["line"] as? String)
        #expect(Array(kept.utf8) == Array(line.utf8))
    }
}
