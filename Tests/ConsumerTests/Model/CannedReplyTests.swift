/// Replies for when no model answers.
import Common
import Testing

@testable import Consumer

@Suite("Canned replies", .timeLimit(.minutes(5)))
struct CannedReplyTests {
    private static let anything = CannedReply.reply(to: [])

    @Test(
        "A reply speaks of what the customer speaks of",
        arguments: [
            ("I'd like to refinance my mortgage.", "your loan"),
            ("My portfolio worries me.", "your portfolio"),
            ("What is the interest now?", "current rates"),
            ("Are there any FEES?", "the fees"),
            ("Please make a transfer to Berlin.", "that transfer"),
            ("What is my balance?", "account details"),
            ("Can we have a meeting?", "find a time"),
            ("Thank you!", "welcome"),
            ("I am unhappy with this.", "sorry"),
            ("My card was stolen.", "accounts are safe"),
        ] as [(String, String)])
    func topics(said: String, part: String) {
        let reply = CannedReply.reply(to: [.customer(said)])
        #expect(reply.contains(part), "\(reply)")
    }

    @Test("The customer's last words count, neither earlier ones nor the RM's")
    func lastWords() {
        let reply = CannedReply.reply(to: [
            .customer("My card was stolen."), .rm("It is blocked."), .customer("Are there any fees?"),
            .rm("About your portfolio: it is safe."),
        ])
        #expect(reply == CannedReply.reply(to: [.customer("Are there any fees?")]))
    }

    @Test(
        "There is a reply for everything else",
        arguments: [[], [.rm("Are there any fees?")], [.customer("Hm.")], [.customer("")]] as [[ChatMessage]])
    func everythingElse(messages: [ChatMessage]) {
        let reply = CannedReply.reply(to: messages)
        #expect(!reply.isEmpty)
        #expect(reply == Self.anything)
    }

    @Test(
        "A word inside another one isn't meant",
        arguments: ["I feel good about this.", "Please investigate this.", "I want a refund.", "We live separately."])
    func wholeWords(said: String) {
        #expect(CannedReply.reply(to: [.customer(said)]) == Self.anything)
    }
}
