/// Replies for when no model answers.
import Chat
import Testing
import TestSupport

@testable import Answering

@Suite("Canned replies", .timeLimit(.minutes(5)))
struct CannedReplyTests {
    private static func reply(to messages: [ChatMessage]) -> String { CannedReply.reply(to: Conversation(messages)) }

    private static let anything = reply(to: [])

    @Test(
        "A reply speaks of what the customer speaks of",
        arguments: [
            ("I'd like to refinance my mortgage.", "your loan"),
            ("My portfolio worries me.", "your portfolio"),
            ("What is the interest now?", "current rates"),
            ("Is it 4.5%?", "current rates"),
            ("Is it 4.5% – really?", "current rates"),
            ("Are there any FEES?", "the fees"),
            ("Please make a transfer to Berlin.", "that transfer"),
            ("What is my balance?", "account details"),
            ("Can we have a meeting?", "find a time"),
            ("Thank you!", "welcome"),
            ("I am unhappy with this.", "sorry"),
            ("My card was stolen.", "accounts are safe"),
        ] as [(String, String)])
    func topics(said: String, part: String) {
        let reply = Self.reply(to: [.customer(said)])
        #expect(reply.contains(part), "\(reply)")
    }

    @Test("The customer's last words count, neither earlier ones nor the RM's")
    func lastWords() {
        let reply = Self.reply(to: [
            .customer("My card was stolen."), .rm("It is blocked."), .customer("Are there any fees?"),
            .rm("About your portfolio: it is safe."),
        ])
        #expect(reply == Self.reply(to: [.customer("Are there any fees?")]))
    }

    @Test(
        "There is a reply for everything else",
        arguments: [[], [.rm("Are there any fees?")], [.customer("Hm.")], [.customer("")]] as [[ChatMessage]])
    func everythingElse(messages: [ChatMessage]) {
        let reply = Self.reply(to: messages)
        #expect(!reply.isEmpty)
        #expect(reply == Self.anything)
    }

    @Test(
        "What stands between words and around them doesn't matter, whatever script it is in",
        arguments: [
            "fees", "FEES!", "My fees\u{2014}why?", "the\u{A0}fees", "\u{FC}ber die\r\nfees", "\u{201C}fees\u{201D}",
            "Are there, um, fees \u{1F600}",
        ])
    func betweenWords(said: String) {
        #expect(Self.reply(to: [.customer(said)]).contains("the fees"))
    }

    @Test("Two words that belong together are found across a line's end, in any script")
    func lineEnd() {
        for text in ["send\r\nmoney", "send\nmoney", "SEND  money", "\u{E9} send\r\nmoney", "\u{E9} send, money"] {
            #expect(Self.reply(to: [.customer(text)]).contains("that transfer"), "\(text)")
        }
    }

    @Test(
        "A word inside another one isn't meant",
        arguments: [
            "I feel good about this.", "Please investigate this.", "I want a refund.", "We live separately.",
            "Caf\u{E9} coffee.", "f\u{E9}es",
        ])
    func wholeWords(said: String) {
        #expect(Self.reply(to: [.customer(said)]) == Self.anything)
    }
}
