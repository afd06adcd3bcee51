/// Whether the stub is like a server that speaks OpenAI's protocol: OpenAI's own Python client says so.
import OllamaStub
import Testing
import TestSupport

@Suite("OpenAI's own client", .timeLimit(.minutes(5)))
struct OpenAIStrangerTests {
    @Test("OpenAI's Python client understands all that the stub says")
    func stranger() async throws {
        let stub = try await OllamaStub.start(Behaviour(script: Self.answer))
        let script = "Tests/AnsweringTests/Python/openai_stranger.py"
        let setup = try Setup()
        let client = try await setup.python(script, stub.baseURL + "/v1", "qwen:32b")
        let status = await client.exit()
        withExtendedLifetime(setup) {}
        try await stub.stop()

        try #require(status == 0, "\(client.errorText)")
        let seen = try JSON(Array(client.output.utf8))
        #expect(seen == Self.expected)
        #expect(stub.requests.all.map(\.path) == ["/v1/models"] + Array(repeating: "/v1/chat/completions", count: 5))
        #expect(stub.chats.count == 5)
        #expect(stub.requests.all.allSatisfy { $0.headers["authorization"] == "Bearer secret" })
    }

    @Sendable
    private static func answer(_ request: ChatRequest) -> [Step] {
        if request.messages.last?.content == "break" {
            return [.token("Let me"), .errorLine("the GPU is on fire")]
        }
        return [
            .thinking("Be kind."), .token("Grüße"), .token(" & <b>\n"), .token("🌐"),
            .done(reason: "length", promptTokens: 26, completionTokens: 3),
        ]
    }

    private static let expected: JSON = [
        "models": ["qwen:32b"],
        "owners": ["library"],
        "ids": 1,
        "objects": ["chat.completion.chunk"],
        "model": "qwen:32b",
        "text": "Grüße & <b>\n🌐",
        "thoughts": ["Be kind."],
        "roles": ["assistant"],
        "finish_reasons": [.null, .null, .null, .null, "length"],
        "has_usage": [false, false, false, false, false, true],
        "tokens": [26, 3, 29],
        "has_usage_unasked": false,
        "whole": "Grüße & <b>\n🌐",
        "whole_finish_reason": "length",
        "whole_tokens": [26, 3, 29],
        "missing_status": 404,
        "missing_type": "not_found_error",
        "missing_message": "model 'nobody:1b' not found",
        "before_break": ["Let me"],
        "break": "the GPU is on fire",
        "break_type": "api_error",
    ]
}
