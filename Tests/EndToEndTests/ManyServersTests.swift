/// Several model servers, many answers under way, and what stands between.
import Foundation
import OllamaStub
import Testing
import TestSupport

@Suite("With several model servers", .timeLimit(.minutes(5)))
struct ManyServersTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    /// One message in each of so many sessions, in each of so many windows.
    private func input(sessions: Int, windows: Int) throws -> String {
        var lines = ""
        for window in 0..<windows {
            for session in 0..<sessions {
                lines +=
                    #"{"session_id": "s\#(session)", "timestamp": "2025-01-23T14:\#(window < 10 ? "0" : "")\#(window):00Z", "sender": "customer", "message": "How much is \#(window)?"}"#
                    + "\n"
            }
        }
        return try setup.folder.write("input.jsonl", lines)
    }

    @Test("killed with 20 answers under way, each window is answered once after the restart")
    func killed() async throws {
        let silence = Gate()
        let stub = try await OllamaStub.start(.answering(.token("I was about"), .wait(silence)))
        let environment = ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"]
        let options = ["--concurrency", "20", "--console", "none"]
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        let first = try await setup.consumer(options, environment: environment)
        let producer = try await setup.producer(
            try input(sessions: 40, windows: 2), "--stream-id", "s", "--linger", "60")
        try await stub.chats.first(20)
        first.signal(SIGKILL)
        #expect(await first.exit() == -SIGKILL)
        stub.become(.answering(.token("Well."), .done()))
        let second = try await setup.consumer(options, environment: environment)
        #expect(await producer.exit() == 0)
        #expect(await subscriber.exit() == 0)
        second.signal(SIGTERM)
        #expect(await second.exit() == 0)
        try await stub.stop()
        let entries = try Entry.all(subscriber)
        #expect(entries.count == 80)
        #expect(Set(entries.map(\.id)).count == 80)
        #expect(entries.allSatisfy { $0.data.response?.text == "Well." })
    }

    @Test("the work is shared, one server dies halfway: every window has one answer, in its session's order")
    func halfway() async throws {
        try await withHeldPort { port in
            let silence = Gate()
            let dying = try await OllamaStub.start(
                Behaviour { $0.number <= 50 ? Behaviour.nameTheModel($0) : [.token("I was about"), .wait(silence)] },
                port: port)
            let living = try await OllamaStub.start()
            let consumer = try await setup.consumer(
                "--server-concurrency", "4", "--console", "json", "--exit-on-end", "--ephemeral",
                environment: ["OLLAMA_BASE_URL": "\(dying.baseURL),\(living.baseURL)", "QUEN_MODEL_NAME": "qwen:32b"])
            let producer = try await setup.producer(try input(sessions: 20, windows: 10))
            try await dying.chats.first(54)
            try await dying.stop()
            #expect(await producer.exit() == 0)
            #expect(await consumer.exit() == 0)
            let entries = try Entry.all(consumer)
            #expect(entries.count == 200)
            #expect(Set(entries.map(\.id)).count == 200)
            #expect(entries.allSatisfy { $0.data.response?.status == "generated" })
            for (_, own) in Dictionary(grouping: entries, by: \.data.session_id) {
                let starts = own.compactMap(\.data.window?.start)
                #expect(starts == starts.sorted())
            }
            #expect(living.chats.count >= 100)
            try await living.stop()
        }
    }

    @Test("a proxy in the environment isn't used, and a server on all addresses is reached on this machine")
    func proxy() async throws {
        let stub = try await OllamaStub.start()
        let address = stub.baseURL.replacing("http://127.0.0.1:", with: "0.0.0.0:")
        // It would answer.
        let proxy = try await OllamaStub.start()
        let consumer = try await setup.consumer(
            "--console", "json", "--exit-on-end", "--ephemeral", "--concurrency", "2", "--server-concurrency", "2",
            environment: [
                "OLLAMA_BASE_URL": address, "QUEN_MODEL_NAME": "qwen:32b", "HTTP_PROXY": proxy.baseURL,
                "http_proxy": proxy.baseURL, "HTTPS_PROXY": proxy.baseURL, "ALL_PROXY": proxy.baseURL,
            ])
        let producer = try await setup.producer(try input(sessions: 2, windows: 3))
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(proxy.requests.count == 0)
        #expect(stub.chats.count == 6)
        try await stub.stop()
        try await proxy.stop()
        let entries = try Entry.all(consumer)
        #expect(entries.count == 6)
        for entry in entries {
            #expect(entry.data.response?.status == "generated")
            #expect(entry.data.response?.reason == nil)
            #expect(entry.data.timing.map { $0.total_ms < 10_000 } == true)
        }
    }

    @Test("asked as a chat, the model is told its part, and the conversation is turns")
    func chat() async throws {
        let stub = try await OllamaStub.start()
        let consumer = try await setup.consumer(
            "--console", "json", "--exit-on-end", "--ephemeral", "--prompt-form", "chat",
            environment: ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"])
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(try Entry.all(consumer).allSatisfy { $0.data.response?.status == "generated" })
        let chats = try stub.chats.all.map { try JSON($0.body)["messages"]?.elements ?? [] }
        #expect(chats.count == 6)
        let first: [JSON] = [
            ["role": "user", "content": "Hi, I'm interested in refinancing my loan."],
            [
                "role": "assistant",
                "content":
                    "Hello! I'd be happy to help you with refinancing. What's your current loan situation?",
            ], ["role": "user", "content": "I have a 30-year fixed mortgage at 4.5% interest rate."],
        ]
        #expect(chats.contains { Array($0.dropFirst()) == first })
        for chat in chats {
            let roles = chat.compactMap { $0["role"]?.string }
            #expect(roles.first == "system" && roles.last == "user")
            #expect(zip(roles, roles.dropFirst()).allSatisfy { $0 != $1 })
        }
        try await stub.stop()
    }

    @Test("another prompt, and what it mustn't be")
    func promptFile() async throws {
        let stub = try await OllamaStub.start()
        let prompt = try setup.folder.write("prompt.txt", "Session {session_id}: {conversation}")
        let environment = ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"]
        let consumer = try await setup.consumer(
            "--console", "none", "--exit-on-end", "--ephemeral", "--prompt-file", prompt, "--system-prompt", "Be kind.",
            "--temperature", "0", "--seed", "7", "--num-ctx", "4096", "--num-predict", "100", "--keep-alive=-1",
            environment: environment)
        let producer = try await setup.producer(Setup.sample)
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        let body = try JSON(try #require(stub.chats.all.first).body)
        let expected: JSON = ["temperature": 0, "seed": 7, "num_ctx": 4096, "num_predict": 100]
        #expect(body["options"] == expected)
        #expect(body["keep_alive"] == .number(-1))
        #expect(body["messages"]?.elements.first?["content"]?.string == "Be kind.")
        #expect(body["messages"]?.elements.last?["content"]?.string?.hasPrefix("Session ") == true)
        try await stub.stop()

        let refusals: [([String], Int32)] = [
            (["--prompt-file", setup.folder.path + "/nobody.txt"], 66),
            (["--prompt-file", try setup.folder.write("other.txt", "What now?")], 65),
            (["--prompt-form", "chat", "--prompt-file", prompt], 65), (["--prompt-form", "poem"], 64),
            (["--num-ctx", "1024", "--num-predict", "1000"], 64), (["--keep-alive", "soon"], 64),
            (["--on-backlog", "never"], 64), (["--server-concurrency", "0"], 64),
            (["--responder", "openai", "--model", "qwen3-coder:480b-cloud"], 64),
        ]
        for (options, code) in refusals {
            let refused = try await setup.consumer(options, environment: environment)
            #expect(await refused.exit() == code, "\(options)")
        }
    }
}
