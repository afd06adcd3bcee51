/// Publishers that put topic and message into one frame.
import Testing

@testable import Feed

@Suite("A topic in front of a message", .timeLimit(.minutes(1)))
struct BehindTopicTests {
    @Test(
        "is passed over, and what isn't one isn't",
        arguments: [
            ("message/s {\"a\":1}", "{\"a\":1}"), ("chat {\"a\":{\"b\":2}}", "{\"a\":{\"b\":2}}"), ("a b {}", "{}"),
            ("{\"a\":1}", "{\"a\":1}"), (" {\"a\":1}", "{\"a\":1}"),
            ("\"x\" {}", "\"x\" {}"), ("x{}", "x{}"), ("hello", "hello"), ("", ""),
        ])
    func oneFrame(_ frame: String, _ message: String) {
        let found = Array(frame.utf8).withUnsafeBytes { String(decoding: $0.behindTopic, as: UTF8.self) }
        #expect(found == message)
    }

    @Test("A topic has an end")
    func long() {
        let frame = String(repeating: "x", count: 400) + " {}"
        let found = Array(frame.utf8).withUnsafeBytes { $0.behindTopic.count }
        #expect(found == 403)
    }
}
