/// Whether the stub is like Ollama: its own Python client says so.
import Foundation
import OllamaStub
import Testing
import TestSupport
import Threads

@Suite("Ollama's own client", .timeLimit(.minutes(5)))
struct OllamaStrangerTests {
    @Test("Ollama's Python client understands all that the stub says")
    func stranger() async throws {
        let python = Setup.package + "/.venv/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            Issue.record("\(python) is missing: `make test` makes it, with the package `ollama` in it")
            return
        }
        let script = Setup.package + "/Tests/AnsweringTests/Python/ollama_stranger.py"
        let stub = try await OllamaStub.start(
            .answering(
                .token("Grüße"), .token(" & <b>\n"), .token("🌐"), .done(promptTokens: 26, completionTokens: 3)))
        let url = stub.baseURL

        let (status, output) = try await onOwnThread("ollama_stranger") {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: python)
            process.arguments = [script, url, "qwen:32b"]
            process.standardOutput = pipe
            try process.run()
            let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return (process.terminationStatus, output)
        }
        try await stub.stop()

        try #require(status == 0, "the script failed; its error is above")
        let seen = try JSON(Array(output))
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
