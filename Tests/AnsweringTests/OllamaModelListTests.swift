/// Which models Ollama has.
import AnsweringRig
import OllamaStub
import Testing

@testable import Answering

@Suite("Ollama's list of models", .timeLimit(.minutes(5)))
struct OllamaModelListTests {
    @Test("All models that are installed are listed by name")
    func names() async throws {
        try await withRig(Behaviour(models: ["qwen:32b", "llama3:latest"])) { rig in
            let models = try await rig.client.installedModels()
            #expect(models?.map(\.name) == ["qwen:32b", "llama3:latest"])
        }
    }

    @Test("A server without models has an empty list", arguments: [#"{"models":[]}"#, #"{"models":null}"#, "{}"])
    func empty(body: String) async throws {
        try await withRig(Self.listing([.status(200, body)])) { rig in
            let models = try await rig.client.installedModels()
            #expect(models?.isEmpty == true)
        }
    }

    @Test("A list that is refused is passed on in Ollama's words")
    func refused() async throws {
        try await withRig(Self.listing([.error(500, "disk on fire")])) { rig in
            let failure = try await modelFailure { _ = try await rig.client.installedModels() }
            #expect(failure == ModelFailure.refused(status: 500, message: "disk on fire"))
        }
    }

    @Test("A list that isn't one is recognised", arguments: ["<html></html>", #"{"models":[{"size":1}]}"#, ""])
    func unreadable(body: String) async throws {
        try await withRig(Self.listing([.status(200, body)])) { rig in
            let failure = try await modelFailure { _ = try await rig.client.installedModels() }
            #expect(failure?.isUnreadable == true)
        }
    }

    @Test("A list that doesn't begin is given up on")
    func silent() async throws {
        let silence = Gate()
        try await withRig(
            Self.listing([.wait(silence)]), adjust: { $0.connectTimeout = .milliseconds(200) }
        ) { rig in
            let failure = try await modelFailure { _ = try await rig.client.installedModels() }
            #expect(failure != nil)
        }
    }

    @Test("A list that never comes to its end is given up on")
    func endless() async throws {
        let silence = Gate()
        try await withRig(
            Self.listing([.chunk(#"{"models":["#), .wait(silence)]), adjust: { $0.connectTimeout = .milliseconds(200) }
        ) { rig in
            let failure = try await modelFailure { _ = try await rig.client.installedModels() }
            #expect(failure != nil)
        }
    }

    private static func listing(_ steps: [Step]) -> Behaviour {
        var behaviour = Behaviour()
        behaviour.overrides["/api/tags"] = steps
        return behaviour
    }
}
