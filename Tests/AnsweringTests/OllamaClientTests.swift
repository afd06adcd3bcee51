/// Questions to Ollama that are answered.
import AnsweringRig
import OllamaStub
import Testing
import TestSupport

@testable import Answering

@Suite("Asking Ollama", .timeLimit(.minutes(5)))
struct OllamaClientTests {
    @Test("A question is sent streamed, without thinking, and always with the same limits")
    func request() async throws {
        try await withRig { rig in
            _ = try await rig.client.chat(model: "qwen:32b", prompt: "What now?\n\"Nothing\"") { _ in }
            let request = try await rig.stub.chats.first(1)[0]
            let body = try JSON(request.body)
            let expected: JSON = [
                "model": "qwen:32b",
                "messages": [["role": "user", "content": "What now?\n\"Nothing\""]],
                "stream": true,
                "think": false,
                "keep_alive": "10m",
                "options": ["num_ctx": 8192, "num_predict": 200],
            ]
            #expect(request.method == "POST")
            #expect(request.headers["content-type"] == "application/json")
            // Ollama refuses origins it doesn't know.
            #expect(request.headers["origin"] == nil)
            #expect(body == expected)
        }
    }

    @Test("Tokens are passed on one by one and in order; the text is all of them")
    func tokens() async throws {
        try await withRig(.answering(.token("What is "), .token("your "), .token("balance?"), .done())) { rig in
            let tokens = Recorded<String>()
            let chat = try await rig.client.chat(model: "qwen:32b", prompt: "Hello?") { tokens.append($0.text) }
            // White space waits for what follows it: at the end of an answer there is none.
            #expect(tokens.all == ["What is", " your", " balance?"])
            #expect(chat.text == "What is your balance?")
            #expect(chat.firstToken != nil)
            #expect(!chat.isTruncated)
        }
    }

    @Test("The model that ran and its token counts come with the answer")
    func counts() async throws {
        try await withRig(.answering(.token("Hello"), .done(promptTokens: 120, completionTokens: 7))) { rig in
            let chat = try await rig.client.chat(model: "QWEN:32b", prompt: "Hello?") { _ in }
            #expect(chat.model == "QWEN:32b")
            #expect(chat.promptTokens == 120)
            #expect(chat.completionTokens == 7)
        }
    }

    @Test("Ollama's name of the model stands in the answer, not the one it was asked by")
    func modelName() async throws {
        let line = #"{"model":"qwen:32b-chat-q4_0","message":{"content":"Hello"},"done":true,"done_reason":"stop"}"#
        try await withRig(.answering(.chunk(line + "\n"))) { rig in
            let chat = try await rig.client.chat(model: "qwen:32b", prompt: "Hello?") { _ in }
            #expect(chat.model == "qwen:32b-chat-q4_0")
        }
    }

    @Test("Counts that Ollama leaves out are unknown")
    func missingCounts() async throws {
        try await withRig(.answering(.token("Hello"), .done(promptTokens: 0, completionTokens: 0))) { rig in
            let chat = try await rig.client.chat(model: "qwen:32b", prompt: "Hello?") { _ in }
            #expect(chat.promptTokens == nil)
            #expect(chat.completionTokens == nil)
        }
    }

    @Test("An answer that reached its length limit is marked as cut")
    func truncated() async throws {
        try await withRig(.answering(.token("It depends on"), .done(reason: "length"))) { rig in
            let chat = try await rig.client.chat(model: "qwen:32b", prompt: "Hello?") { _ in }
            #expect(chat.isTruncated)
            #expect(chat.text == "It depends on")
        }
    }

    private static let answer =
        #"{"model":"qwen:32b","message":{"role":"assistant","content":"Grüße, "},"done":false}"# + "\n"
        + #"{"model":"qwen:32b","message":{"role":"assistant","content":"東京 🌐"},"done":false}"# + "\n"
        + #"{"model":"qwen:32b","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}"#

    @Test("An answer that arrives byte by byte is the same: no character breaks")
    func splitCharacters() async throws {
        let bytes = (Self.answer + "\n").utf8.map { Step.raw([$0]) }
        try await withRig(Behaviour { _ in bytes }) { rig in
            let tokens = Recorded<String>()
            let chat = try await rig.client.chat(model: "qwen:32b", prompt: "Hello?") { tokens.append($0.text) }
            #expect(chat.text == "Grüße, 東京 🌐")
            #expect(tokens.all == ["Grüße,", " 東京 🌐"])
        }
    }

    @Test("An answer that arrives in one piece, its last line without a line feed, is the same")
    func onePiece() async throws {
        try await withRig(.answering(.chunk(Self.answer))) { rig in
            let tokens = Recorded<String>()
            let chat = try await rig.client.chat(model: "qwen:32b", prompt: "Hello?") { tokens.append($0.text) }
            #expect(chat.text == "Grüße, 東京 🌐")
            #expect(tokens.all == ["Grüße,", " 東京 🌐"])
        }
    }

    @Test(
        "Thoughts that leak into an answer are cut off, wherever the tokens break",
        arguments: [
            ("<think>They want a loan.</think>\n\nHello", "Hello"),
            ("\n<think>\n\n</think>\n Hello ", "Hello"),
            ("They want a loan.\n</think>\n\nHello", "Hello"),
            ("Hello", "Hello"),
            ("1 < 2, I think", "1 < 2, I think"),
        ] as [(String, String)])
    func thoughts(said: String, answer: String) async throws {
        let letters = said.map { Step.token(String($0)) }
        try await withRig(Behaviour { _ in letters + [Step.done()] }) { rig in
            let chat = try await rig.client.chat(model: "qwen:32b", prompt: "Hello?") { _ in }
            #expect(chat.text == answer)
        }
    }

    @Test(
        "Where the answer ends before the model does, the connection is closed at once: the server is free",
        arguments: [
            ("Good.", "\nCustomer: Great.", "Good."),
            ("I will help you now.", " I will help you now. More", "I will help you now."),
            ("Good.<|im_", "end|>", "Good."),
        ])
    func freed(said: String, end: String, answer: String) async throws {
        // The model would go on for ever.
        try await withRig(.answering(.token(said), .token(end), .wait(Gate()))) { rig in
            let chat = try await rig.client.chat(model: "qwen:32b", prompt: "Hello?") { _ in }
            #expect(chat.text == answer)
            try await rig.stub.abandoned.first(1)
        }
    }

    @Test("Thoughts in their own field are no part of the answer")
    func separateThoughts() async throws {
        try await withRig(.answering(.thinking("They want"), .thinking(" a loan."), .token("Hello"), .done())) { rig in
            let tokens = Recorded<String>()
            let chat = try await rig.client.chat(model: "qwen:32b", prompt: "Hello?") { tokens.append($0.text) }
            #expect(chat.text == "Hello")
            #expect(tokens.all == ["Hello"])
        }
    }

    @Test("As many questions as anybody likes are asked side by side")
    func sideBySide() async throws {
        let all = Gate()
        // Nobody is answered before everybody has asked.
        let behaviour = Behaviour { request in
            if request.number == 12 { all.open() }
            return [.wait(all), .token("Hello"), .done()]
        }
        try await withRig(behaviour, adjust: { $0.connectTimeout = .seconds(3) }) { rig in
            try await withThrowingTaskGroup(of: ModelFailure?.self) { group in
                for _ in 1...12 {
                    group.addTask {
                        // A question that fails lets the others go on.
                        defer { all.open() }
                        return try await rig.client.failure()
                    }
                }
                for try await failure in group { #expect(failure == nil) }
            }
        }
    }
}
