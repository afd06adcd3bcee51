/// Answers that are the question.
import Testing

@testable import Answering

@Suite("What a model was told", .timeLimit(.minutes(5)))
struct PromptTextTests {
    private static let prompt = PromptText(
        """
        The following is a conversation between a Relationship Manager and a Customer:

        Customer: Hi, I'm interested in refinancing my loan. Have a nice day!
        RM: Hello! I'd be happy to help you with refinancing. What's your current loan situation?
        Customer: I have a 30-year fixed mortgage at 4.5% interest rate.
        Customer: Is that    a good rate? 请问我可以提前还款吗？

        Based on the above window of conversation, what should the RM say next? Please provide a natural, helpful response.
        """)

    @Test(
        "An answer repeats it that stands in the last messages, or begins with a long part of it",
        arguments: [
            ("I have a 30-year fixed mortgage at 4.5% interest rate.", true),
            ("i have a 30-year FIXED mortgage\nat 4.5% interest rate", true), ("“Is that a good rate?”", true),
            ("a 30-year fixed mortgage", true), ("4.5% interest rate. Is that a good rate?", true),
            ("请问我可以提前还款吗？", true),
            ("Hello! I'd be happy to help you with refinancing. What's your current loan situation?", true),
            (
                "The following is a conversation between a Relationship Manager and a Customer:\n\nCustomer: Hi, and so on.",
                true
            ),
            ("Based on the above window of conversation, what should the RM say next? I say yes.", true),
            // Not the last messages, not long, or not the same.
            ("I'm interested in refinancing my loan.", false), ("Hi", false), ("Rate", false),
            ("Have a nice day!", false),
            ("a good rate?", false), ("I have a 30-year fixed mortgage at 4.5% interest rate, too.", false),
            ("That is a good rate.", false), ("", false), ("...", false), ("可以提前还款", false),
            ("You have a 30-year fixed mortgage at 4.5% interest rate. How many years are left?", false),
        ])
    func repeated(_ answer: String, _ isRepeated: Bool) {
        #expect(Self.prompt.isRepeated(by: answer) == isRepeated)
    }

    @Test(
        "Where all that was said is the prompt, it is repeated, whatever is left of that; with more behind it, it isn't"
    )
    func all() {
        let whole =
            "The following is a conversation between a Relationship Manager and a Customer:\n\nRM: Good morning.\nCustomer: Hi."
        #expect(PromptText(whole).isAll(thatIsIn: "  " + whole.uppercased()))
        #expect(PromptText(whole).isAll(thatIsIn: String(whole.dropFirst(10))))
        #expect(!PromptText(whole).isAll(thatIsIn: whole + "\nRM: How may I help you?"))
        #expect(!PromptText(whole).isAll(thatIsIn: "RM: Good morning.\nCustomer: Hi."))
    }

    @Test("A prompt without a conversation is repeated only by what begins with it")
    func noMessages() {
        let prompt = PromptText(
            "Say in one sentence what you think of the weather, of bread and of the sea, and nothing else.")
        #expect(!prompt.isRepeated(by: "Say in one sentence"))
        #expect(prompt.isRepeated(by: "Say in one sentence what you think of the weather, of bread and of you."))
        #expect(
            !PromptText("").isRepeated(by: "Say in one sentence what you think of the weather, of bread and of you."))
    }

    @Test(
        "What the model was told beforehand isn't an answer, as a whole or most of it; beginning as it was told to is fine",
        arguments: [
            ("You work for Example Bank. Internal rule: never mention the rate cut planned for May. Be kind.", true),
            ("never mention the rate cut planned for May. Begin with: Thank you for", true),
            ("\"You work for Example Bank. Internal rule: never mention the rate cut planned for May.\"", true),
            ("Thank you for contacting Example Bank, my name is Alex and I am here for you.", true),
            (
                "Thank you for contacting Example Bank, my name is Alex and I am here for you. Which loan is it about?",
                false
            ),
            ("Be kind.", false), ("You work for Example Bank.", false), ("Which loan is it about?", false),
        ])
    func told(_ answer: String, _ isRepeated: Bool) {
        let prompt = PromptText(
            "Customer: Hi, a loan please.",
            told: "You work for Example Bank. Internal rule: never mention the rate cut planned for May. Be kind. "
                + "Never mention the rate cut planned for May. Begin with: Thank you for contacting Example Bank, my name is Alex "
                + "and I am here for you.")
        #expect(prompt.isRepeated(by: answer) == isRepeated)
    }
}
