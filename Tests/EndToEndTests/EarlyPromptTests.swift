/// What early answers ask of a model's server.
import OllamaStub
import Synchronization
import Testing
import TestSupport

@Suite("Early answers and the model's server", .timeLimit(.minutes(2)))
struct EarlyPromptTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    private func consumer(_ stub: OllamaStub, _ more: String...) async throws -> RunningProgram {
        let path = try setup.folder.write("consumer.yaml", "model: qwen:32b\nserver: \(stub.baseURL)\n")
        return try await setup.consumer(
            ["--config", path, "--trigger", "turn", "--console", "json", "--exit-on-end", "--ephemeral"] + more)
    }

    private func line(_ second: Int, _ sender: String, _ text: String, session: String = "a") -> String {
        let time = "2025-01-23T14:\(10 + second / 60):\(second % 60 < 10 ? "0" : "")\(second % 60)Z"
        return #"{"session_id":"\#(session)","timestamp":"\#(time)","sender":"\#(sender)","message":"\#(text)"}"#
            + "\n"
    }

    /// What a server reads that keeps what it has computed for the last prompt, as llama.cpp's does: words, for tokens.
    private final class Cache: Sendable {
        private let state = Mutex((last: [Substring](), anew: 0, all: 0))

        func read(_ request: ChatRequest) {
            let words = request.messages.flatMap { "<\($0.role)> \($0.content)".split(separator: " ") }
            state.withLock { state in
                state.all += words.count
                state.anew += words.count - zip(words, state.last).prefix { $0 == $1 }.count
                state.last = words
            }
        }

        var counts: (anew: Int, all: Int) { state.withLock { ($0.anew, $0.all) } }
    }

    @Test(
        "Over a chat of sixty messages its server reads a fifth of the prompts anew, at most",
        arguments: ["seed", "chat"])
    func readAnew(_ form: String) async throws {
        let cache = Cache()
        let stub = try await OllamaStub.start(
            Behaviour { request in
                cache.read(request)
                return [.token("I will look at it."), .done()]
            })
        let words = String(repeating: "so many words about a loan ", count: 5)
        let chat = (0..<60).map { line($0 * 9, $0 % 2 == 0 ? "customer" : "rm", "\($0) \(words)") }.joined()
        let consumer = try await consumer(stub, "--prompt-form", form, "--concurrency", "1")
        let producer = try await setup.producer(try setup.folder.write("chat.jsonl", chat))
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        try await stub.stop()
        let (anew, all) = cache.counts
        #expect(try Entry.all(consumer).filter { $0.data.trigger == "turn" }.count == 30)
        #expect(all > 10_000 && anew * 5 <= all, "\(anew) of \(all)")
    }

    @Test("A model that needs 1.5 s for a prompt has answered when the customer has waited for two")
    func asksAhead() async throws {
        let stub = try await OllamaStub.start(
            .answering(.drip(interval: .milliseconds(1500)), .token("I will look at it."), .done()))
        let chat = line(0, "customer", "How much is it?") + line(5, "rm", "4.5 %, for ten years.")
        let consumer = try await consumer(stub)
        let producer = try await setup.producer(
            try setup.folder.write("chat.jsonl", chat), speed: 1)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        try await stub.stop()
        let early = try #require(try Entry.all(consumer).first { $0.data.trigger == "turn" })
        #expect(early.data.response?.status == "generated")
        // Asked only then, it would be 1,500 at least.
        let firstToken = try #require(early.data.timing?.first_token_ms)
        #expect(firstToken < 1000)
    }
}
