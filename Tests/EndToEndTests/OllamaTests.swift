/// The main job with a model, or with one that fails.
import Foundation
import OllamaStub
import Testing
import TestSupport

@Suite("With Ollama", .timeLimit(.minutes(5)))
struct OllamaTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    private func consumer(_ server: String, model: String = "qwen:32b", _ more: String...) async throws
        -> RunningProgram
    {
        try await RunningProgram(
            "streamllm-consumer",
            [
                "--input-endpoint", setup.folder.endpoint("in"), "--output-endpoint", setup.folder.endpoint("out"),
                "--output-replay-endpoint", setup.folder.endpoint("out-replay"), "--log-file", "none", "--console",
                "json",
            ] + more,
            environment: ["OLLAMA_BASE_URL": server, "QUEN_MODEL_NAME": model], folder: setup.folder)
    }

    @Test("a server on a unix socket answers")
    func unixSocket() async throws {
        let path = setup.folder.path + "/model.sock"
        let server = try await setup.python("Tests/EndToEndTests/Python/unix_model.py", path)
        try await server.wait(.output, for: "listening")
        let consumer = try await consumer("unix:" + path, "--exit-on-end")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        server.signal(SIGKILL)
        #expect(try Entry.all(consumer).map(\.data.response?.text) == [String?](repeating: "Let me check.", count: 6))
        #expect(consumer.errorText.contains("(generated 6, fallback 0, none 0)"))
    }

    @Test(
        "entries say that they were generated, by which model, with its counts; the first prompt is this text exactly")
    func generated() async throws {
        let stub = try await OllamaStub.start(
            .answering(.token("Let me "), .token("check."), .done(promptTokens: 81, completionTokens: 4)))
        let consumer = try await consumer(stub.baseURL, "--exit-on-end")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        try await stub.stop()
        let entries = try Entry.all(consumer)
        #expect(entries.count == 6)
        for entry in entries {
            #expect(entry.data.response?.status == "generated")
            #expect(entry.data.response?.text == "Let me check.")
            #expect(entry.data.response?.model == "qwen:32b")
            #expect(entry.data.response?.prompt_tokens == 81)
            #expect(entry.data.response?.completion_tokens == 4)
            #expect(entry.data.timing?.first_token_ms != nil)
        }
        let prompts = stub.chats.all.compactMap { try? JSON($0.body)["messages"]?.elements.first?["content"]?.string }
        #expect(
            prompts.contains(
                """
                The following is a conversation between a Relationship Manager and a Customer:

                Customer: Hi, I'm interested in refinancing my loan.
                RM: Hello! I'd be happy to help you with refinancing. What's your current loan situation?
                Customer: I have a 30-year fixed mortgage at 4.5% interest rate.

                Based on the above window of conversation, what should the RM say next? Please provide a natural, helpful response that continues the conversation appropriately.
                """))
        #expect(consumer.errorText.contains("(generated 6, fallback 0, none 0)"))
    }

    @Test("a server killed in the middle of an answer: it is waited for; when it is back, the answer begins anew")
    func killedAndBack() async throws {
        try await withHeldPort { port in
            let (begun, silence) = (Gate(), Gate())
            let first = try await OllamaStub.start(
                Behaviour { request in
                    request.number <= 2
                        ? Behaviour.nameTheModel(request) : [.token("I was about"), .open(begun), .wait(silence)]
                }, port: port)
            let consumer = try await consumer(first.baseURL)
            // The input comes through a pipe, so that the test decides when each window closes.
            let producer = try await setup.producer("-")
            let windows = Self.windows(5)
            producer.write(windows[0] + windows[1] + windows[2] + windows[3])
            await begun.wait()
            try await first.stop()
            try await consumer.wait(.error) { $0.contains("which isn't ready yet") }
            let second = try await OllamaStub.start(port: port)
            producer.write(windows[4])
            producer.closeInput()
            #expect(await producer.exit() == 0)
            try await consumer.wait(.output) { $0.count { $0 == "\n" } >= 5 }
            consumer.signal(SIGTERM)
            #expect(await consumer.exit() == 0)
            try await second.stop()

            let answers = try Entry.all(consumer).compactMap(\.data.response)
            #expect(answers.map(\.status) == Array(repeating: "generated", count: 5))
            #expect(answers[2].text?.contains("I was about") == false)
        }
    }

    /// Windows of one message each; each but the last is closed by the one after it.
    private static func windows(_ count: Int) -> [String] {
        (0..<count).map { index in
            BadLinesTests.good(timestamp: "\"2025-01-23T14:\(30 + index):00Z\"", sender: #""customer""#) + "\n"
        }
    }

    @Test("with --mask, an account's number stands in messages and answers, and neither the server nor the log has it")
    func mask() async throws {
        let iban = "DE89 3704 0044 0532 0130 00"
        let stub = try await OllamaStub.start(.answering(.token("It's [IB"), .token("AN-1]."), .done()))
        let consumer = try await consumer(stub.baseURL, "--exit-on-end", "--mask", "iban,email")
        let chat = try setup.folder.write(
            "chat.jsonl",
            #"{"session_id": "max@example.com", "timestamp": "2025-01-23T14:30:00Z", "sender": "customer", "message": "My IBAN is \#(iban)."}"#
                + "\n")
        let producer = try await setup.producer(chat)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        try await stub.stop()
        let entries = try Entry.all(consumer)
        #expect(entries.map { $0.data.messages?.map(\.message) } == [["My IBAN is \(iban)."]])
        #expect(entries.map(\.data.response?.text) == ["It's \(iban)."])
        let sent = stub.requests.all.map { String(decoding: $0.body, as: UTF8.self) }.joined()
        #expect(sent.contains("My IBAN is [IBAN-1]."))
        #expect(!sent.contains("3704") && !consumer.errorText.contains("3704"))
    }

    @Test("quen:32b wanted and qwen:32b installed: that one runs, a warning says so, and the entry names it")
    func misspelt() async throws {
        let stub = try await OllamaStub.start(Behaviour(models: ["llama3:8b", "qwen:32b"]))
        let consumer = try await consumer(stub.baseURL, model: "", "--exit-on-end")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        try await stub.stop()
        #expect(Set(try Entry.all(consumer).map(\.data.response?.model)) == ["qwen:32b"])
        #expect(consumer.errorText.contains("WARNING consumer: Model quen:32b is not installed; using qwen:32b"))
    }

    @Test("no such model installed: fallback, and the log names what is installed and what to pull")
    func notInstalled() async throws {
        let stub = try await OllamaStub.start(Behaviour(models: ["llama3:8b", "mistral:7b"]))
        let consumer = try await consumer(stub.baseURL, model: "quen:32b", "--exit-on-end")
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        try await stub.stop()
        let answers = try Entry.all(consumer).compactMap(\.data.response)
        #expect(Set(answers.map(\.status)) == ["fallback"])
        #expect(Set(answers.map(\.reason)) == ["model quen:32b is not installed"])
        #expect(consumer.errorText.contains("Installed: llama3:8b, mistral:7b. To get it: ollama pull qwen:32b"))
    }

    @Test("asked to stop while an answer is being written, it leaves at once, and no entry says what the model didn't")
    func stopped() async throws {
        let silence = Gate()
        let stub = try await OllamaStub.start(.answering(.token("Let"), .wait(silence)))
        let consumer = try await consumer(stub.baseURL)
        let producer = try await setup.producer(Setup.sample)
        _ = try await stub.chats.first(1)
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
        #expect(consumer.output.isEmpty)
        producer.signal(SIGTERM)
        #expect(await producer.exit() == 0)
        try await stub.stop()
    }
}
