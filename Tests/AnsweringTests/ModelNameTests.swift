/// Names of models.
import Testing

@testable import Answering

@Suite("Names of models", .timeLimit(.minutes(5)))
struct ModelNameTests {
    @Test(
        "The model wanted is found among those installed",
        arguments: [
            ("qwen:32b", ["llama3:8b", "qwen:32b"], "qwen:32b"),
            ("quen:32b", ["qwen:32b"], "qwen:32b"),
            ("quen:32b", ["qwen:32b", "quen:32b"], "quen:32b"),
            ("quen", ["qwen:latest"], "qwen:latest"),
            ("llama3", ["llama3:latest"], "llama3:latest"),
            ("Qwen:32B", ["qwen:32b"], "qwen:32b"), ("library/qwen:32b", ["qwen:32b"], "qwen:32b"),
            ("registry.ollama.ai/library/llama3", ["llama3:latest"], "llama3:latest"),
            ("llama3:8b", ["ollama.com/library/llama3:8b"], "ollama.com/library/llama3:8b"),
            // Nothing is ever put in the place of another model.
            ("quen:32b", ["qwen:14b", "qwen2:32b"], nil),
            ("quen2:7b", ["qwen2:7b"], nil),
            ("qwen:32b", ["quen:32b"], nil),
            ("llama3", ["llama3:8b"], nil),
            ("qwen:32b", [], nil),
        ] as [(String, [String], String?)])
    func find(wanted: String, installed: [String], found: String?) {
        #expect(ModelName.find(wanted, among: installed) == found)
    }

    @Test(
        "A model is pulled by the name that Ollama's library has for it",
        arguments: [
            ("quen:32b", "qwen:32b"), ("quen", "qwen"), ("qwen:32b", "qwen:32b"), ("quench:1b", "quench:1b"),
        ] as [(String, String)])
    func pullable(wanted: String, name: String) {
        #expect(ModelName.pullable(wanted) == name)
    }

    @Test(
        "A model of Ollama's cloud is recognised by its name",
        arguments: [
            ("qwen3:cloud", true), ("gpt-oss:120b-cloud", true), ("qwen:32b", false), ("cloud:7b", false),
            ("m:Cloud", true), ("M-CLOUD:latest", true), ("m:cloud/", true),
        ] as [(String, Bool)])
    func remote(name: String, isRemote: Bool) {
        #expect(ModelName.isRemote(name) == isRemote)
    }
}
