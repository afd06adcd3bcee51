/// The two sides of a chat.
import Chat
import Testing

@Suite("Sender", .timeLimit(.minutes(5)))
struct SenderTests {
    @Test("Each sender has its name in JSON and its title for people")
    func names() {
        #expect(Sender.allCases.map { "\($0.name)" } == ["customer", "rm"])
        #expect(Sender.allCases.map(\.title) == ["Customer", "RM"])
    }
}
