/// Servers as people write them.
import Testing

@testable import Answering

@Suite("Ollama's servers", .timeLimit(.minutes(5)))
struct ModelOptionsTests {
    @Test(
        "Servers are understood as people write them",
        arguments: [
            ("http://localhost:11434", ["http://localhost:11434"]),
            ("localhost:11434", ["http://localhost:11434"]),
            ("localhost", ["http://localhost:11434"]),
            (":8080", ["http://127.0.0.1:8080"]),
            ("http://gpu:1/", ["http://gpu:1"]),
            (" gpu:1 ", ["http://gpu:1"]),
            ("HTTP://gpu:1", ["http://gpu:1"]),
            // A server that listens everywhere is reached here.
            ("0.0.0.0", ["http://127.0.0.1:11434"]),
            ("0.0.0.0:8080", ["http://127.0.0.1:8080"]),
            ("http://0.0.0.0:11434/", ["http://127.0.0.1:11434"]),
            ("[::]", ["http://[::1]:11434"]),
            ("[::]:8080", ["http://[::1]:8080"]),
            ("[::1]:8080", ["http://[::1]:8080"]),
            // A scheme brings its own port; a path is kept.
            ("https://example.com", ["https://example.com"]),
            ("https://example.com/ollama/", ["https://example.com/ollama"]),
            ("gpu/ollama", ["http://gpu:11434/ollama"]),
            ("gpu1:1, gpu2 ,https://gpu3:3/", ["http://gpu1:1", "http://gpu2:11434", "https://gpu3:3"]),
            ("gpu1:1,,gpu2:2,", ["http://gpu1:1", "http://gpu2:2"]),
        ] as [(String, [String])])
    func servers(text: String, servers: [String]) {
        #expect(ModelOptions.servers(text) == servers)
    }

    @Test("There is always a server", arguments: [" ", ",", " , "])
    func neverNone(text: String) {
        #expect(ModelOptions.servers(text).isEmpty == false)
    }
}
