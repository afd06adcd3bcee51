/// Prompts in one's own words.
import Chat
import Streaming
import Testing
import TestSupport

@testable import Answering

@Suite("A prompt's template", .timeLimit(.minutes(5)))
struct PromptTemplateTests {
    private let window = Window(
        kind: .tumbling, start: Timestamp(milliseconds: 1_737_642_600_000),
        end: Timestamp(milliseconds: 1_737_642_630_000))

    @Test("Every place is filled, and doubled braces are braces")
    func places() throws {
        let template = try PromptTemplate(
            "{session_id} {window_start}/{window_end}\n[{history}]\n[{window}]\n[{conversation}]\n{{\"a\": {{}}}}")
        let prompt = Prompt(
            [.customer("C2"), .rm("R3")], history: [.customer("C1")], template: template, sessionID: "abc\n123",
            window: window)
        #expect(
            prompt.text == """
                abc 123 2025-01-23T14:30:00.000Z/2025-01-23T14:30:30.000Z
                [Customer: C1]
                [Customer: C2
                RM: R3]
                [Customer: C1
                Customer: C2
                RM: R3]
                {"a": {}}
                """)
    }

    @Test("What is put in isn't looked at again: a message can't name a place")
    func noSecondPass() throws {
        let template = try PromptTemplate("{window}|{session_id}")
        let prompt = Prompt([.customer("{session_id} {{")], template: template, sessionID: "{window}")
        #expect(prompt.text == "Customer: {session_id} {{|{window}")
    }

    @Test(
        "A template that can't be right is refused, with the line",
        arguments: [
            ("What now?", "neither {conversation} nor {window}"), ("", "neither"),
            ("{conversation}\n{customer}", "line 2"), ("{conversation} {", "line 1"), ("a\nb\n} {window}", "line 3"),
        ])
    func problems(_ text: String, _ problem: String) {
        let found = #expect(throws: PromptTemplate.Problem.self) { try PromptTemplate(text) }
        #expect(found?.description.contains(problem) == true)
    }

    @Test("Its own size is counted, and that of what is put in isn't")
    func size() throws {
        let template = try PromptTemplate("Grüße {{{conversation}}}")
        #expect(template.size == "Grüße {}".utf8.count)
    }
}
