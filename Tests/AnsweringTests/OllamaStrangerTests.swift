/// Whether the stub is like Ollama: its own Python client says so.
import OllamaStub
import Testing
import TestSupport

@Suite("Ollama's own client", .timeLimit(.minutes(5)))
struct OllamaStrangerTests {
    @Test("Ollama's Python client understands all that the stub says")
    func stranger() async throws {
        let stub = try await OllamaStub.start(
            .answering(
                .token("Grüße"), .token(" & <b>\n"), .token("🌐"), .done(promptTokens: 26, completionTokens: 3)))
        let setup = try Setup()
        let client = try await setup.python(
            "Tests/AnsweringTests/Python/ollama_stranger.py", stub.baseURL, "qwen:32b")
        let status = await client.exit()
        withExtendedLifetime(setup) {}
        try await stub.stop()

        try #require(status == 0, "\(client.errorText)")
        let seen = try JSON(Array(client.output.utf8))
        let expected: JSON = [
            "models": ["qwen:32b"],
            "sizes": [18_500_000_000],
            "capabilities": ["completion"],
            "context_limit": 32_768,
            "pieces": ["Grüße", " & <b>\n", "🌐", ""],
            "roles": ["assistant"],
            "done": [false, false, false, true],
            "done_reason": "stop",
            "model": "qwen:32b",
            "prompt_tokens": 26,
            "completion_tokens": 3,
            "has_duration": true,
            "whole": "Grüße & <b>\n🌐",
            "whole_done": true,
            "running": ["qwen:32b": 8192],
            "missing_status": 404,
            "missing_error": "model 'nobody:1b' not found",
        ]
        #expect(seen == expected)
    }
}
