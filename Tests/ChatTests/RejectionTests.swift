/// The words in which a line is refused.
import Chat
import Testing

@Suite("A rejection's words", .timeLimit(.minutes(5)))
struct RejectionTests {
    @Test(
        "The reason names what is wrong",
        arguments: [
            (.empty, "the line is empty"),
            (.invalidJSON("a brace is missing"), "not valid JSON: a brace is missing"),
            (.notAnObject, "not a JSON object"),
            (.missing(.session_id), #""session_id" is missing"#),
            (.missing(.message), #""message" is missing"#),
            (.notAString(.timestamp), #""timestamp" is not a string"#),
            (.emptySessionID, #""session_id" is empty"#),
            (.longSessionID(1025), #""session_id" has 1025 bytes, and at most 1024 are taken"#),
            (
                .longText(50_331_649),
                #""message" would take 50331649 bytes in an entry, and at most 50331648 are taken"#
            ),
            (.badTimestamp("soon"), #""timestamp" is not an ISO 8601 date and time: "soon""#),
            (.unknownSender("agent"), #""sender" is neither "customer" nor "rm": "agent""#),
        ] as [(Rejection, String)])
    func words(_ rejection: Rejection, _ text: String) {
        #expect(rejection.description == text)
    }

    @Test("A value of any length leaves the reason readable")
    func short() {
        let long = String(repeating: "x", count: 1 << 20)
        #expect(Rejection.badTimestamp(long).description.utf8.count < 300)
        #expect(Rejection.unknownSender(long).description.utf8.count < 300)
        #expect(Rejection.unknownSender(long).description.contains("xxx…"))
        // To Swift this is a single character.
        let pile = "x" + String(repeating: "\u{301}", count: 1 << 19)
        #expect(Rejection.badTimestamp(pile).description.utf8.count < 1000)
    }
}
