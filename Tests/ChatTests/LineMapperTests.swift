/// Lines whose fields and senders have other names.
import Testing

@testable import Chat

@Suite("Field mapping", .timeLimit(.minutes(2)))
struct LineMapperTests {
    private static let plain =
        #"{"session_id":"c1","timestamp":"2025-01-23T14:30:00Z","sender":"customer","message":"Hi"}"#

    /// What is published instead of a line; nil: the line itself.
    private func map(_ line: String, fields: String = "", senders: String = "") throws -> String? {
        let mapper = LineMapper(try FieldMapping(fields: fields, senders: senders))
        let bytes = Array(line.utf8) + [UInt8](repeating: 0, count: MessageDecoder.padding)
        return bytes.withUnsafeBytes { buffer in
            mapper.map(UnsafeRawBufferPointer(rebasing: buffer[..<line.utf8.count])).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }

    @Test(
        "Fields are found under other names, in objects and arrays, and whatever they hold that is a text or a number",
        arguments: [
            (
                #"{"conversationId":"c1","createdAt":"2025-01-23T14:30:00Z","role":"customer","text":"Hi"}"#,
                "session_id=conversationId, timestamp=createdAt, sender=role, message=text"
            ),
            (
                #"{"conversation":{"id":"c1"},"timestamp":"2025-01-23T14:30:00Z","author":{"role":"customer"},"data":{"body":{"text":"Hi"}}}"#,
                "session_id=conversation.id,sender=author.role,message=data.body.text"
            ),
            (
                #"{"session_id":"c1","ts":{"$date":"2025-01-23T14:30:00Z"},"sender":"customer","content":[{"type":"text","text":"Hi"}]}"#,
                "timestamp=ts.$date,message=content.0.text"
            ),
            (
                #"{"a.b":"c1","timestamp":"2025-01-23T14:30:00Z","x":{"y.z":"customer"},"message":"Hi"}"#,
                "session_id=a.b,sender=x.y.z"
            ),
            (
                #"{"Session ID":"c1","Zeit":"2025-01-23T14:30:00Z","sender":"customer","Grüße":"Hi"}"#,
                "SESSION_ID=Session ID,timestamp=Zeit,message=Grüße"
            ),
            // The last one counts, and what the fields' own names hold doesn't.
            (
                #"{"id":"x","id":"c1","session_id":"y","timestamp":"2025-01-23T14:30:00Z","sender":"customer","text":"Hi","message":{"id":3}}"#,
                "session_id=id,message=text"
            ),
            (
                #"{"message":"c1","session_id":"Hi","timestamp":"2025-01-23T14:30:00Z","sender":"customer"}"#,
                "session_id=message,message=session_id"
            ),
        ])
    func fields(_ line: String, _ fields: String) throws {
        #expect(try map(line, fields: fields) == Self.plain)
    }

    @Test("Numbers stay what they are to the digit, and characters that don't exist become U+FFFD")
    func numbers() throws {
        #expect(
            try map(
                #"{"id":12345678901234567890123,"ts":1737642600,"sender":"rm","message":"m"}"#,
                fields: "session_id=id,timestamp=ts")
                == #"{"session_id":"12345678901234567890123","timestamp":"1737642600","sender":"rm","message":"m"}"#)
        #expect(
            try map(#"{"id":"\ud83d","timestamp":"t","sender":"rm","message":"\"m\"\n"}"#, fields: "session_id=id")
                == "{\"session_id\":\"\u{FFFD}\",\"timestamp\":\"t\",\"sender\":\"rm\",\"message\":\"\\\"m\\\"\\n\"}")
    }

    @Test(
        "Senders mean what they are said to mean, in any case and with white space around them",
        arguments: [
            (#""user""#, "customer"), (#""User ""#, "customer"), (#""AGENT""#, "rm"),
            (#""Relationship  Manager""#, "rm"),
            (#""rm""#, "rm"), (#""customer""#, "customer"), ("true", "rm"), ("false", "customer"), ("2", "rm"),
            (#""bot""#, "bot"), (#""Kundenber\u00e4ter""#, "rm"),
        ])
    func senders(_ sender: String, _ meant: String) throws {
        let line = #"{"session_id":"c1","timestamp":"t","sender":\#(sender),"message":"Hi"}"#
        #expect(
            try map(
                line,
                senders: "user=customer,Agent=RM,relationship manager=rm,true=rm,false=customer,2=rm,kundenberäter=rm")
                == #"{"session_id":"c1","timestamp":"t","sender":"\#(meant)","message":"Hi"}"#)
    }

    @Test("What is missing stays missing, what is no text is null, and what is no object stays as it is")
    func leftovers() throws {
        #expect(
            try map(#"{"id":"c1","message":{"a":1},"sender":null}"#, fields: "session_id=id")
                == #"{"session_id":"c1","sender":null,"message":null}"#)
        #expect(try map("{}", fields: "session_id=id") == "{}")
        for line in ["[]", "7", "{", "", "nonsense", #"{"id":"#] {
            #expect(try map(line, fields: "session_id=id") == nil)
        }
    }

    @Test("Nothing said, nothing mapped")
    func empty() throws {
        #expect(try FieldMapping(fields: "", senders: " ").isEmpty)
        #expect(try FieldMapping(fields: "message=message", senders: "").isEmpty)
        #expect(try !FieldMapping(fields: "message=text", senders: "").isEmpty)
        #expect(try !FieldMapping(fields: "", senders: "user=customer").isEmpty)
    }

    @Test(
        "A mistake is named",
        arguments: [
            ("session=id", "", "a message has no \"session\""), ("message", "", "\"message\" isn't understood"),
            ("message=", "", "isn't understood"), ("=text", "", "isn't understood"),
            ("message=text,session_id=text", "", "two fields at once"),
            ("message=session_id", "", "two fields at once"),
            ("message=" + String(repeating: "x", count: 300), "", "at most 256 bytes"),
            ("", "user=client", "customer or rm, and not \"client\""), ("", "user", "isn't understood"),
            ("", (0..<65).map { "s\($0)=rm" }.joined(separator: ","), "at most 64"),
        ])
    func mistakes(_ fields: String, _ senders: String, _ said: String) {
        let mistake = #expect(throws: FieldMapping.Mistake.self) { try FieldMapping(fields: fields, senders: senders) }
        #expect(mistake?.description.contains(said) == true)
    }
}
