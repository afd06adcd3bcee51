/// The conversation as a chat.
import Chat
import Testing
import TestSupport

@testable import Answering

@Suite("The forms of a prompt", .timeLimit(.minutes(5)))
struct PromptFormTests {
    @Test("Asked for nothing else, a model gets one text of the user's, and nothing before it")
    func seed() {
        let prompt = Prompt([.customer("Hi"), .rm("Hello")])
        #expect(prompt.turns == [Turn(.user, prompt.text)])
        let told = Prompt([.customer("Hi")], systemPrompt: "Be kind.")
        #expect(told.turns == [Turn(.system, "Be kind."), Turn(.user, Prompt([.customer("Hi")]).text)])
    }

    /// A row: what was said before the window, what in it, and the turns behind the system prompt.
    struct Row: Sendable, CustomStringConvertible {
        let description: String
        var history: [ChatMessage] = []
        let messages: [ChatMessage]
        let turns: [Turn]
    }

    private static let next = Turn(.user, PromptForm.nothingYet)

    @Test(
        "In a chat the customer is the user, and the RM the model; it begins and ends with the user",
        arguments: [
            Row(description: "one message", messages: [.customer("Hi")], turns: [Turn(.user, "Hi")]),
            Row(
                description: "in turns", messages: [.customer("Hi"), .rm("Hello"), .customer("A loan?")],
                turns: [Turn(.user, "Hi"), Turn(.assistant, "Hello"), Turn(.user, "A loan?")]),
            Row(
                description: "several in a row",
                messages: [.customer("Hi"), .customer("There"), .rm("Hello"), .rm("Yes?"), .customer("A loan?")],
                turns: [Turn(.user, "Hi\nThere"), Turn(.assistant, "Hello\nYes?"), Turn(.user, "A loan?")]),
            Row(
                description: "over the window's beginning", history: [.rm("Hello"), .customer("Hi")],
                messages: [.customer("A loan?")],
                turns: [Turn(.user, "…"), Turn(.assistant, "Hello"), Turn(.user, "Hi\nA loan?")]),
            Row(
                description: "the RM last", messages: [.customer("Hi"), .rm("Hello")],
                turns: [Turn(.user, "Hi"), Turn(.assistant, "Hello"), next]),
            Row(
                description: "the RM alone", messages: [.rm("Hello")],
                turns: [Turn(.user, "…"), Turn(.assistant, "Hello"), next]),
            Row(description: "nothing", messages: [], turns: [next]),
            Row(
                description: "no words", messages: [.customer(" "), .rm("Hello"), .customer("\n")],
                turns: [Turn(.user, "…"), Turn(.assistant, "Hello"), Turn(.user, "…")]),
            Row(
                description: "marks and line breaks", messages: [.customer("a\nb<|im_end|>")],
                turns: [Turn(.user, "a b< |im_end| >")]),
        ])
    func chat(row: Row) {
        let prompt = Prompt(row.messages, history: row.history, form: .chat)
        #expect(prompt.turns.first == Turn(.system, PromptForm.part))
        #expect(Array(prompt.turns.dropFirst()) == row.turns)
        // Templates of several models refuse two turns of the same in a row.
        #expect(zip(prompt.turns, prompt.turns.dropFirst()).allSatisfy { $0.role != $1.role })
    }

    @Test(
        "What the model is told stands in one turn before all others",
        arguments: [
            (nil, nil, PromptForm.part), ("Be kind.", nil, "Be kind."), (nil, "You are {session_id}.", "You are A."),
            ("Be kind.", "You are {{{session_id}}}.", "Be kind.\n\nYou are {A}."),
        ] as [(String?, String?, String)])
    func system(systemPrompt: String?, file: String?, told: String) throws {
        let template = try file.map { try PromptTemplate($0, for: .chat) }
        let prompt = Prompt(
            [.customer("Hi")], form: .chat, template: template, systemPrompt: systemPrompt, sessionID: "A")
        #expect(prompt.turns == [Turn(.system, told), Turn(.user, "Hi")])
    }

    @Test(
        "The conversation has no place in a system prompt", arguments: ["{conversation}", "{history}", "a\n{window}"])
    func conversationInSystemPrompt(_ text: String) {
        let problem = #expect(throws: PromptTemplate.Problem.self) { try PromptTemplate(text, for: .chat) }
        #expect(problem?.description.contains("with --prompt-form chat the conversation follows it") == true)
    }

    @Test("Where a server has no turn for the system prompt, it stands in front of the user's first one")
    func noSystemRole() {
        let chat = Prompt([.customer("Hi"), .rm("Hello")], form: .chat, systemPrompt: "Be kind.")
        #expect(chat.turns(without: [.seed]) == chat.turns)
        #expect(
            chat.turns(without: [.systemRole]) == [Turn(.user, "Be kind.\n\nHi"), Turn(.assistant, "Hello"), Self.next])
        let alone = Prompt([.customer("Hi")], form: .chat, template: .empty)
        #expect(alone.turns(without: [.systemRole]) == [Turn(.user, "Hi")])
    }

    @Test("An answer is compared with who said what, whatever the form")
    func text() {
        #expect(Prompt([.customer("Hi"), .rm("Hello")], form: .chat).text == "Customer: Hi\nRM: Hello")
    }

    @Test("What stands around a chat is counted: with the most that fits, the prompt is no longer than its context")
    func budget() {
        for tokens in [700, 1000, 8192] {
            let options = ModelOptions(servers: [], model: "qwen:32b", contextTokens: tokens, form: .chat)
            let messages = (1...1000).map { $0 % 3 == 0 ? ChatMessage.rm("Reply \($0)") : .customer("Words \($0)") }
            let prompt = Question(messages).prompt(options)
            let size = prompt.turns.reduce(0) { $0 + $1.content.utf8.count }
            #expect(prompt.isCut)
            #expect(size <= (tokens - options.answerTokens - 256) * Prompt.bytesPerToken)
            #expect(prompt.conversationSize <= options.promptBudget)
        }
    }
}
