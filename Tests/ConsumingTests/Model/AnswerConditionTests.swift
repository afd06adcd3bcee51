/// Which windows a model is asked about.
import Chat
import Records
import TestSupport
import Testing

@testable import Consuming

@Suite("Whether the customer waits", .timeLimit(.minutes(1)))
struct AnswerConditionTests {
    /// What was said, in order: `C: …` by the customer, `R: …` by the manager; and why nobody is asked.
    static let table: [(said: [String], reason: String?)] = [
        (["C: What is the rate?"], nil),
        (["C: What is the rate?", "R: 4.5 %."], "the RM spoke last"),
        (["R: Hello!"], "the RM spoke last"),
        (["R: 4.5 %.", "C: Thanks!"], "the customer only said"),
        (["C: Thanks."], "the customer only said"),
        (["R: 4.5 %.", "C: OK", "C: Thank you very much!!! Bye :-)"], "the customer only said"),
        // What was said before the manager spoke has been answered.
        (["C: What is the rate?", "R: 4.5 %.", "C: ok"], "the customer only said"),
        // One question among courtesies is a question.
        (["R: 4.5 %.", "C: And for ten years?", "C: Thanks!"], nil),
        (["R: 4.5 %.", "C: Thanks!", "C: And for ten years"], nil),
        // Consent is an answer.
        (["R: Shall I block your card?", "C: OK"], nil),
        (["R: Shall I? It takes a minute.", "C: Sounds good, thanks!"], nil),
        (["R: 可以吗？", "C: ok"], nil), (["R: Anything else?", "C: Thanks, bye!"], "the customer only said"),
        (["R: Shall I block it?", "C: Do that.", "R: Done.", "C: Great!"], "the customer only said"),
        // The question may stand in the window before.
        (["C: OK, sounds good"], nil), (["C: ok", "C: thanks!"], nil), (["C: Thanks, bye!"], "the customer only said"),
        ([], nil),
    ]

    @Test("is seen from who spoke last, and from what the customer has said since", arguments: table)
    func waits(said: [String], reason: String?) {
        let conversation = Conversation(
            said.map { line in
                let text = String(line.dropFirst(3))
                return line.hasPrefix("C") ? ChatMessage.customer(text) : ChatMessage.rm(text)
            })
        let response = AnswerCondition.whenCustomerWaits.response(to: conversation)
        #expect((response == nil) == (reason == nil))
        if let reason {
            #expect(response?.status == Response.Status.none)
            #expect(response?.reason?.contains(reason) == true)
        }
        #expect(AnswerCondition.always.response(to: conversation) == nil)
    }

    @Test(
        "A courtesy is one whatever its case and punctuation, and several are",
        arguments: [
            ("ok", true), ("OK.", true), ("Okay, thanks a lot! Bye bye", true), ("  thank   you 🙏 ", true),
            ("That’s all, thank you.", true), ("That's all, thank you.", true), ("THANK YOU SO MUCH", true),
            ("ok?", false), ("ok؟", false), ("Thanks, and the fee", false), ("thankyou note", false), ("Yes", false),
            ("no, thanks", false),
            ("👍", false), ("", false), ("?", false), (String(repeating: "ok ", count: 1000), false),
        ])
    func courtesy(text: String, isOne: Bool) { #expect(Courtesy.matches(text) == isOne) }

    @Test("Each phrase of the table is one", arguments: Courtesy.agreement + Courtesy.farewells)
    func phrase(_ text: String) { #expect(Courtesy.matches(text.uppercased() + "!")) }
}
