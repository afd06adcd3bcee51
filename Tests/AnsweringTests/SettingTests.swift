/// Settings as people write them.
import TestSupport
import Testing

@testable import Answering

@Suite("Settings of models", .timeLimit(.minutes(5)))
struct SettingTests {
    @Test(
        "What came along by copying is off",
        arguments: [
            ("sk-1", "sk-1"), ("sk-1\n", "sk-1"), ("sk-1\r\n", "sk-1"), (" sk-1\t", "sk-1"), ("\"sk-1\"", "sk-1"),
            ("'sk-1'", "sk-1"), ("\" sk-1 \"\n", "sk-1"), ("sk-1 # mine", "sk-1"), ("\"sk-1\" # mine", "sk-1"),
            ("sk#1", "sk#1"),
            ("“sk-1”", "sk-1"), ("<sk-1>", "sk-1"), ("\u{200B}sk-1\u{200B}", "sk-1"), ("sk-1\\n", "sk-1"),
            ("OPENAI_API_KEY=sk-1", "sk-1"), ("export OLLAMA_HOST=\"gpu:1\"", "gpu:1"), ("a=b", "a=b"),
            ("TOKEN=", "TOKEN="),
            ("a\\nb", "a\\nb"), ("<a>, <b>", "<a>, <b>"),
            ("\u{FEFF}sk-1", "sk-1"), ("", ""), ("\"", "\""), ("\"\"", ""), ("# none", "# none"),
        ])
    func cleaned(_ text: String, _ clean: String) { #expect(WrittenSetting.cleaned(text) == clean) }

    @Test(
        "A key that can't be sent is refused, and its text isn't said",
        arguments: ["sk 1", "sk\n1", "sk-\u{7}1", "schlüssel", "sk\u{2028}1"])
    func badKeys(_ text: String) {
        let problem = #expect(throws: WrittenSetting.Problem.self) {
            try WrittenSetting.secret(text, called: "OPENAI_API_KEY")
        }
        #expect(problem.map { "\($0)".contains("OPENAI_API_KEY") && !"\($0)".contains(text) } == true)
    }

    @Test(
        "A key is what stands in it",
        arguments: [
            ("sk-1\n", "sk-1"), ("Bearer sk-1", "sk-1"), ("\"bearer sk-1\"", "sk-1"),
            ("Authorization: Bearer sk-1", "sk-1"), ("", nil), (" \n", nil),
        ])
    func keys(_ text: String, _ key: String?) throws { #expect(try WrittenSetting.secret(text, called: "K") == key) }

    @Test(
        "A model's name is trimmed; one that can't be one is refused",
        arguments: [
            (" qwen:32b\n", "qwen:32b"), ("'qwen:32b'", "qwen:32b"), ("ollama run qwen:32b", "qwen:32b"), ("", nil),
            ("\"\"", nil), ("a b", nil),
            ("a\u{1B}b", nil),
        ])
    func models(_ text: String, _ name: String?) {
        #expect((try? WrittenSetting.model(text, called: "--model")) == name)
    }

    @Test("How long a model is kept is a number of seconds or a duration: the same as a regular expression says")
    func keepAlive() {
        let form = /-?[0-9]{1,9}(\.[0-9]{1,9})?|-?([0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h))+/
        var random = SeededGenerator(1)
        let texts = (0..<20_000).map { _ in
            (0..<Int.random(in: 0...7, using: &random)).map { _ in
                random.pick(["-", "0", "9", "12345678", ".", "m", "s", "h", "ms", "\u{0661}", "\u{301}", " "])
            }.joined()
        }
        var taken = 0
        for text in texts + ["10m", "1h30m", "-1", "0", "1.5h", "5 m", "m", "1.m", "123456789s", "1234567890s"] {
            let isOne = text.wholeMatch(of: form) != nil
            taken += isOne ? 1 : 0
            #expect(WrittenSetting.isKeepAlive(text) == isOne, "\(text)")
        }
        #expect(taken > 500)
    }

    // MARK: Addresses

    @Test(
        "Servers are understood as people write them",
        arguments: [
            ("http://localhost:11434", ["http://localhost:11434"]), ("localhost:11434", ["http://localhost:11434"]),
            ("localhost", ["http://localhost:11434"]), (":8080", ["http://127.0.0.1:8080"]),
            ("http://gpu:1/", ["http://gpu:1"]),
            ("http:/gpu:1", ["http://gpu:1"]), ("http//gpu:1", ["http://gpu:1"]),
            ("https:\\\\gpu:1", ["https://gpu:1"]),
            ("httpd:1", ["http://httpd:1"]), ("http:11434", ["http://http:11434"]),
            (" gpu:1 ", ["http://gpu:1"]), ("HTTP://gpu:1", ["http://gpu:1"]),
            // A server that listens everywhere is reached here.
            ("0.0.0.0", ["http://127.0.0.1:11434"]), ("0.0.0.0:8080", ["http://127.0.0.1:8080"]),
            ("http://0.0.0.0:11434/", ["http://127.0.0.1:11434"]), ("[::]", ["http://[::1]:11434"]),
            ("[::]:8080", ["http://[::1]:8080"]),
            ("[::1]:8080", ["http://[::1]:8080"]), ("[::1]", ["http://[::1]:11434"]),
            // A scheme brings its own port; a path is kept.
            ("https://example.com", ["https://example.com"]),
            ("https://example.com/ollama/", ["https://example.com/ollama"]),
            ("gpu/ollama", ["http://gpu:11434/ollama"]),
            ("gpu1:1, gpu2 ,https://gpu3:3/", ["http://gpu1:1", "http://gpu2:11434", "https://gpu3:3"]),
            ("gpu1:1,,gpu2:2,", ["http://gpu1:1", "http://gpu2:2"]), ("gpu:1,http://gpu:1/", ["http://gpu:1"]),
            // What came along.
            ("\"http://gpu:1\"", ["http://gpu:1"]), ("'http://gpu:1'", ["http://gpu:1"]),
            ("http://gpu:1 # the big one", ["http://gpu:1"]), ("http://gpu:1\n", ["http://gpu:1"]),
            ("\"gpu:1\", \"gpu:2\"", ["http://gpu:1", "http://gpu:2"]), ("http://gpu:1#x", ["http://gpu:1"]),
            // Addresses of resources.
            ("http://gpu:1/v1", ["http://gpu:1"]), ("http://gpu:1/api", ["http://gpu:1"]),
            ("http://gpu:1/api/chat", ["http://gpu:1"]), ("http://gpu:1/api/tags/", ["http://gpu:1"]),
            ("http://gpu:1/ollama/api/generate", ["http://gpu:1/ollama"]),
            ("unix:/run/o.sock", ["http+unix://%2Frun%2Fo%2Esock"]),
            ("unix:///run/o.sock", ["http+unix://%2Frun%2Fo%2Esock"]),
            ("", ["http://127.0.0.1:11434"]), (" , ", ["http://127.0.0.1:11434"]),
        ] as [(String, [String])])
    func ollama(_ text: String, _ servers: [String]) throws {
        #expect(try ModelAddress.list(text, for: .ollama, called: "X").map(\.base) == servers)
    }

    @Test(
        "For a server of OpenAI's kind, its interface's beginning is found",
        arguments: [
            ("http://gpu:1", "http://gpu:1/v1/x"), ("http://gpu:1/v1", "http://gpu:1/v1/x"),
            ("http://gpu:1/v1/", "http://gpu:1/v1/x"), ("http://gpu:1/v1/chat/completions", "http://gpu:1/v1/x"),
            ("http://gpu:1/v1/models", "http://gpu:1/v1/x"),
            ("https://x.example/openai/v1/chat/completions/", "https://x.example/openai/v1/x"),
            ("https://x.example/llm", "https://x.example/llm/x"),
            ("https://x.example/v1?api-version=2024-10-21", "https://x.example/v1/x?api-version=2024-10-21"),
            (
                "https://x.example/deployments/d/chat/completions?api-version=1",
                "https://x.example/deployments/d/x?api-version=1"
            ), ("unix:/run/l.sock", "http+unix://%2Frun%2Fl%2Esock/v1/x"),
        ])
    func openAI(_ text: String, _ url: String) throws {
        #expect(try ModelAddress.list(text, for: .openai, called: "X").first?.url("/x") == url)
    }

    @Test(
        "Who is named in an address is sent to it, and isn't shown",
        arguments: [
            ("http://alice:p%40ss@gpu:1/x", "YWxpY2U6cEBzcw=="), ("alice:a:b@gpu:1", "YWxpY2U6YTpi"),
            ("https://alice@gpu:1", "YWxpY2U6"),
        ])
    func users(_ text: String, _ basic: String) throws {
        let address = try #require(try ModelAddress.list(text, for: .ollama, called: "X").first)
        #expect(address.authorization == "Basic " + basic)
        #expect(address.shown.hasSuffix("://gpu:1") && !address.base.contains("alice"))
    }

    @Test(
        "Addresses are shown as scheme, host and port",
        arguments: [
            ("http://u:p@gpu:1/secret/path?key=1#x", "http://gpu:1"), ("unix:/run/o.sock", "unix:/run/o.sock"),
            ("gpu", "http://gpu:11434"),
        ])
    func shown(_ text: String, _ shown: String) throws {
        #expect(try ModelAddress.list(text, for: .openai, called: "X").first?.shown == shown)
    }

    @Test(
        "What can't be an address is refused with what to write, and isn't repeated",
        arguments: [
            ("ftp://secret", "http://host:port"), ("http://secret:99999", "port"), ("http://secret:0", "port"),
            ("http://secret:x", "port"), ("::1", "brackets"), ("http://se cret", "host"), ("http://se\"cret", "host"),
            ("unix:", "unix:/path"), ("ws://secret:1", "scheme"), ("{secret}", "host"),
        ])
    func refused(_ text: String, _ words: String) {
        let problem = #expect(throws: WrittenSetting.Problem.self) {
            try ModelAddress.list(text, for: .ollama, called: "OLLAMA_BASE_URL")
        }
        let said = problem.map { "\($0)" } ?? ""
        #expect(said.hasPrefix("OLLAMA_BASE_URL") && said.contains(words) && !said.contains("secret"), "\(said)")
    }

    // MARK: Names

    @Test(
        "A model is found under the names that people give it",
        arguments: [
            ("llama3.1", "llama3.1:latest"), ("Llama3.1", "llama3.1:latest"), ("LLAMA3.1:LATEST", "llama3.1:latest"),
            ("quen:32b", "qwen:32b"), ("library/llama3.1", "llama3.1:latest"),
            ("registry.ollama.ai/library/llama3.1:latest", "llama3.1:latest"),
            ("hf.co/a/b-GGUF:Q4_K_M", "hf.co/A/B-gguf:q4_k_m"), ("localhost:5000/m", "localhost:5000/m:latest"),
            ("qwen", nil), ("llama3", nil),
        ])
    func names(_ wanted: String, _ found: String?) {
        let installed = ["llama3.1:latest", "qwen:32b", "hf.co/A/B-gguf:q4_k_m", "localhost:5000/m:latest"]
        #expect(ModelName.find(wanted, among: installed) == found)
    }

    @Test(
        "Of a refusal it is known which part of the request it is about",
        arguments: [
            (400, #"{"message":"stream_options: Extra inputs are not permitted"}"#, [.streamOptions]),
            (422, #"{"detail":[{"loc":["body","seed"],"msg":"Extra inputs are not permitted"}]}"#, [.seed]),
            (
                400,
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                [.maxTokens]
            ), (400, #""qwen" does not support thinking"#, [.think]),
            (400, "'temperature' does not support 0.2 with this model", [.temperature]),
            (400, "Extra inputs are not permitted", [.streamOptions, .seed, .temperature, .think, .keepAlive]),
            (400, "prompt exceeds the context length; max_tokens is 7", []), (404, "model 'thinker' not found", []),
            (503, "stream_options", []), (400, "bad request", []),
            (422, "unsupported fields", [.streamOptions, .seed, .temperature, .think, .keepAlive]),
            (400, #"time: invalid duration "10m""#, [.keepAlive]), (400, #"unknown field "options""#, [.options]),
            (400, #"unknown field "stream_options""#, [.streamOptions]),
            (400, "Unknown parameter: 'stream'", [.stream]),
            (400, "there are other options for temperature", [.temperature]),
            (400, "streaming is not supported: stream must be false", [.stream]),
            (400, "System role not supported", [.systemRole]),
            (500, "Jinja Exception: System role not supported", [.systemRole]),
            (400, "This model's maximum context length is 512 tokens; max_tokens is too large", []),
        ] as [(Int, String, Set<OptionalPart>)])
    func optionalParts(_ status: Int, _ body: String, _ parts: Set<OptionalPart>) {
        #expect(OptionalPart.refused(status: status, body: body) == parts)
    }
}
