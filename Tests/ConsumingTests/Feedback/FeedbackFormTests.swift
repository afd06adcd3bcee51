/// What clients may write.
import Bytes
import Chat
import Records
import Testing

@testable import Consuming

@Suite("Feedback as it is sent", .timeLimit(.minutes(1)))
struct FeedbackFormTests {
    @Test("All fields are read, and what isn't known is passed over")
    func all() throws {
        let form = try FeedbackForm(
            line: Array(
                #"""
                {"id":"f-1","entry":"s/a/0-30000/1","kind":"edited","text":"Gr\u00fc\u00dfe","reason":"kürzer",
                "actor":"anna","at":"2025-01-23T15:30:00+01:00","rating":null,"mood":["good"]}
                """#.utf8))
        let feedback = form.feedback(session: "a")
        #expect(
            feedback
                == Feedback(
                    id: "f-1", entry: "s/a/0-30000/1", sessionID: "a", kind: .edited, text: "Grüße", reason: "kürzer",
                    actor: "anna", at: Timestamp("2025-01-23T14:30:00Z")))
    }

    @Test(
        "Each kind wants what belongs to it",
        arguments: [
            (#""kind":"shown""#, true), (#""kind":"inserted""#, true), (#""kind":"inserted","text":"Hello.""#, true),
            (#""kind":"edited","text":"Hello.""#, true), (#""kind":"rejected","reason":"""#, true),
            (#""kind":"rated","rating":1"#, true), (#""kind":"rated","rating":-1,"reason":"rude""#, true),
            (#""kind":"rated","rating":-1.0"#, true), (#""kind":"edited""#, false),
            (#""kind":"edited","text":"""#, false),
            (#""kind":"edited","text":null"#, false), (#""kind":"rated""#, false),
            (#""kind":"shown","rating":1"#, false),
        ])
    func kinds(_ fields: String, _ isGood: Bool) {
        let line = Array(#"{"id":"1","entry":"e",\#(fields)}"#.utf8)
        #expect(((try? FeedbackForm(line: line)) != nil) == isGood)
    }

    /// What is sent, and a part of what is said about it.
    private static let refused: [(String, String)] = [
        ("", "not a JSON object"),
        ("nonsense", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("\"id\"", "not a JSON object"),
        ("null", "not a JSON object"),
        (#"{"id":"1","entry":"e","kind":"shown""#, "not a JSON object"),
        (#"{"id":"1","entry":"e","kind":"shown"} {}"#, "not a JSON object"),
        (#"{"id":"\ud800","entry":"e","kind":"shown"}"#, "isn't a string"),
        (String(repeating: "[", count: 60_000), "not a JSON object"),
        (#"{"entry":"e","kind":"shown"}"#, "\"id\" is missing"),
        (#"{"id":null,"entry":"e","kind":"shown"}"#, "\"id\" is missing"),
        (#"{"id":"","entry":"e","kind":"shown"}"#, "\"id\" is empty"),
        (#"{"id":7,"entry":"e","kind":"shown"}"#, "\"id\" isn't a string"),
        (#"{"id":"1","kind":"shown"}"#, "\"entry\" is missing"),
        (#"{"id":"1","entry":"e"}"#, "\"kind\" is missing"),
        (#"{"id":"1","entry":"e","kind":"liked"}"#, "\"kind\" is none of \"shown\""),
        (#"{"id":"1","entry":"e","kind":"rated","rating":0}"#, "\"rating\" is neither 1 nor -1"),
        (#"{"id":"1","entry":"e","kind":"rated","rating":true}"#, "\"rating\" is neither 1 nor -1"),
        (#"{"id":"1","entry":"e","kind":"rated","rating":"1"}"#, "\"rating\" is neither 1 nor -1"),
        (#"{"id":"1","entry":"e","kind":"rated","rating":1e99}"#, "\"rating\" is neither 1 nor -1"),
        (#"{"id":"1","entry":"e","kind":"shown","at":"yesterday"}"#, "\"at\" isn't a time"),
        (#"{"id":"1","entry":"e","kind":"shown","actor":{}}"#, "\"actor\" isn't a string"),
        (#"{"id":"\#(String(repeating: "i", count: 129))","entry":"e","kind":"shown"}"#, "\"id\" is too long"),
        (
            #"{"id":"1","entry":"e","kind":"shown","actor":"\#(String(repeating: "a", count: 257))"}"#,
            "\"actor\" is too long"
        ),
        (String(repeating: " ", count: 65_537), "too long: 65537 bytes"),
    ]

    @Test("What is none is refused in words of our own", arguments: refused)
    func none(_ line: String, _ reason: String) {
        let refusal = #expect(throws: Refusal.self) { try FeedbackForm(line: Array(line.utf8)) }
        #expect("\(refusal.map { "\($0)" } ?? "")".contains(reason), "\(refusal.map { "\($0)" } ?? "taken")")
    }

    @Test(
        "Bytes that aren't UTF-8 are refused, in whatever encoding they may be",
        arguments: [[0xFF] as [UInt8], [0xFE, 0xFF, 0, 0x7B]])
    func encoding(_ line: [UInt8]) {
        #expect(throws: Refusal("not UTF-8")) { try FeedbackForm(line: line) }
    }
}
