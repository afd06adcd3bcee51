/// What is said where nothing in an input is a message.
import Chat
import Testing

@testable import Producing

@Suite("First lines", .timeLimit(.minutes(2)))
struct FirstLinesTests {
    /// What is said about lines, once all have been noted.
    private func said(_ lines: [String]) -> [String] {
        let decoder = MessageDecoder()
        var first = FirstLines(of: "chat.jsonl")
        var said: [String] = []
        for line in lines {
            let padded = Array(line.utf8) + [UInt8](repeating: 0, count: MessageDecoder.padding)
            padded.withUnsafeBytes { buffer in
                let line = UnsafeRawBufferPointer(rebasing: buffer[..<line.utf8.count])
                do throws(Rejection) {
                    _ = try decoder.decode(line)
                    if let words = first.note(line, nil) { said.append(words) }
                } catch {
                    if let words = first.note(line, error) { said.append(words) }
                }
            }
        }
        if let words = first.end() { said.append(words) }
        return said
    }

    private static let good = #"{"session_id":"c1","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m"}"#

    @Test(
        "The likeliest cause is named, and what to write",
        arguments: [
            (
                #"{"conversationId":"c1","created_at":"2025-01-23T14:30:00Z","role":"user","text":"Hi"}"#,
                "write --field-map session_id=conversationId,timestamp=created_at,sender=role,message=text (the fields here are conversationId, created_at, role, text)"
            ),
            (
                #"{"session_id":"c1","timestamp":"2025-01-23T14:30:00Z","author":{"role":"rm"},"message":{"id":7,"text":"Hi"}}"#,
                "write --field-map sender=author.role,message=message.text "
            ),
            (
                #"{"session_id":"c1","timestamp":"2025-01-23T14:30:00Z","wer":"rm","was":"Hi"}"#,
                "write --field-map sender=NAME,message=NAME (the fields here are session_id, timestamp, was, wer)"
            ),
            (
                #"{"session_id":"c1","timestamp":"2025-01-23T14:30:00Z","sender":"User","message":"Hi"}"#,
                "write --sender-map User=customer"
            ),
            (
                #"{"session_id":"c1","timestamp":"2025-01-23T14:30:00Z","sender":"Frau Maier","message":"Hi"}"#,
                "write --sender-map 'Frau Maier=customer or rm'"
            ),
            (
                #"{"session_id":"c1","timestamp":"yesterday","sender":"rm","message":"Hi"}"#,
                "Wanted is 2025-01-23T14:30:00Z"
            ),
            (#"{"id":"c1","messages":[{"role":"user","content":"Hi"}]}"#, "for example with jq -c '.messages[]'"),
            (#"{"data":{"items":[{"a":1}]},"count":1}"#, "for example with jq -c '.data.items[]'"),
            (
                #"{"Session ID":"c1","timestamp":"t","sender":"rm","What was said":"Hi","text":"Hi"}"#,
                "write --field-map 'session_id=Session ID,message=text' "
            ),
            ("session,when,who,what", "it isn't JSON lines"), ("[1]", "it isn't JSON lines"),
            ("{}", "\"session_id\" is missing"),
        ])
    func causes(_ line: String, _ option: String) throws {
        let said = said([line])
        try #require(said.count == 1)
        #expect(said[0].hasPrefix("The first line of chat.jsonl is no message. The likeliest cause: "))
        #expect(said[0].contains(option), "\(said[0])")
    }

    @Test("Several senders are named together, at most eight of them")
    func senders() {
        func lines(_ senders: [String]) -> [String] {
            senders.map { #"{"session_id":"c1","timestamp":"2025-01-23T14:30:00Z","sender":"\#($0)","message":"Hi"}"# }
        }
        let said = said(lines(["visitor", "bot", "visitor", "other"]))
        #expect(said.count == 1)
        #expect(said.first?.contains("--sender-map 'visitor=customer,bot=rm,other=customer or rm'") == true)
        #expect(self.said(lines((0..<50).map { "p\($0)" })).first?.contains("p7=customer or rm'") == true)
    }

    @Test("One message among a hundred lines is enough, and nothing is said twice")
    func silence() {
        #expect(said([]) == [])
        #expect(said(["x", Self.good]) == [])
        #expect(said([String](repeating: "x", count: 99) + [Self.good]) == [])
        #expect(said([Self.good] + [String](repeating: "x", count: 500)) == [])
        let many = said([String](repeating: "x", count: 500))
        #expect(many.count == 1)
        #expect(many.first?.hasPrefix("None of the first 100 lines of chat.jsonl is a message.") == true)
    }
}
