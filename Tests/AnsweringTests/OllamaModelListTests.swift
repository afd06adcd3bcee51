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

    @Test("A server without models has an empty list", arguments: [#"{"models":[]}"#, #"{"models":null}"#])
    func empty(body: String) async throws {
        try await withRig(Self.listing([.status(200, body)])) { rig in
            let models = try await rig.client.installedModels()
            #expect(models?.isEmpty == true)
        }
    }

    @Test(
        "A list that is refused, or isn't one, is none",
        arguments: [
            .error(500, "disk on fire"), .error(403, "not for you"), .error(404, "no such page"),
            .status(200, "<html></html>"), .status(200, ""), .status(200, "{}"), .status(200, #"{"models":"#),
        ] as [Step])
    func none(step: Step) async throws {
        try await withRig(Self.listing([step])) { rig in
            let models = try await rig.client.installedModels()
            #expect(models == nil)
        }
    }

    @Test("What in a list is no name is passed over")
    func partly() async throws {
        let body = #"{"models":[{"size":1},7,null,{"name":"qwen:32b","size":1e999},{"name":3},{"model":"llama3:8b"}]}"#
        try await withRig(Self.listing([.status(200, body)])) { rig in
            let models = try await rig.client.installedModels()
            #expect(models?.map(\.name) == ["qwen:32b", "llama3:8b"])
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
