/// Settings that are read again while the programs run.
import Foundation
import OllamaStub
import Testing
import TestSupport

@Suite("SIGHUP", .timeLimit(.minutes(5)))
struct ReloadTests {
    private let setup: Setup

    init() throws { setup = try Setup() }

    private func settings(_ text: String) throws -> String { try setup.folder.write("consumer.yaml", text) }

    /// A message of each of so many sessions, in each of these windows.
    private func lines(_ sessions: Int, _ windows: Range<Int>) -> String {
        windows.flatMap { window in
            (0..<sessions).map { session in
                #"{"session_id": "s\#(session)", "timestamp": "2025-01-23T14:\#(10 + window):00Z", "sender": "customer", "message": "How much is \#(window)?"}"#
                    + "\n"
            }
        }.joined()
    }

    @Test(
        "another model and another limit hold from the next question on; each window is answered once, and none is lost"
    )
    func underLoad() async throws {
        let stub = try await OllamaStub.start(Behaviour(models: ["qwen:32b", "qwen2.5:7b"]))
        let path = try settings("model: qwen:32b\nserver: \(stub.baseURL)\nserver-concurrency: 2\n")
        let consumer = try await setup.consumer("--config", path, "--console", "json", "--exit-on-end")
        let producer = try await setup.producer("-")
        // A window closes when the next one begins.
        producer.write(lines(20, 0..<10))
        try await stub.chats.first(60)
        _ = try settings(
            "model: qwen2.5:7b\nserver: \(stub.baseURL)\nserver-concurrency: 6\nwindow-size: 600\nlog-level: DEBUG\n")
        consumer.signal(SIGHUP)
        try await consumer.wait(.error, for: "SIGHUP: settings read again")
        producer.write(lines(20, 10..<20))
        try await stub.chats.first(250)
        _ = try settings("model: [unfinished")
        consumer.signal(SIGHUP)
        try await consumer.wait(.error, for: "SIGHUP: the settings stay as they are")
        producer.write(lines(20, 20..<30))
        producer.closeInput()
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        try await stub.stop()

        let entries = try Entry.all(consumer)
        #expect(entries.count == 600)
        #expect(Set(entries.map(\.id)).count == 600)
        #expect(entries.allSatisfy { $0.data.response?.status == "generated" })
        // Whole windows of 30 seconds, before and after: that they are is a setting that can't change.
        #expect(entries.allSatisfy { $0.data.messages?.count == 1 })
        for entry in entries {
            let minute = try #require(entry.data.window?.start.dropFirst(14).prefix(2)).description
            let model = try #require(entry.data.response?.model)
            if minute >= "20" { #expect(model == "qwen2.5:7b") }
        }
        #expect(entries.contains { $0.data.response?.model == "qwen:32b" })
        let log = consumer.errorText
        #expect(log.contains("window-size can't change while the program runs; a restart makes it 600"))
        #expect(log.contains(#"model is "qwen2.5:7b", server-concurrency is 6, log-level is DEBUG"#))
        #expect(log.contains("consumer.yaml:2: This is neither YAML nor JSON"))
        #expect(log.contains("DEBUG"))
    }

    @Test("an answer under way stays with its server, and others come from the new one meanwhile")
    func underWay() async throws {
        let silence = Gate()
        let old = try await OllamaStub.start(.answering(.token("Old"), .wait(silence), .token(" one."), .done()))
        let new = try await OllamaStub.start(.answering(.token("New one."), .done()))
        let path = try settings("model: qwen:32b\nserver: \(old.baseURL)\nconcurrency: 1\n")
        let consumer = try await setup.consumer("--config", path, "--console", "json", "--exit-on-end")
        let producer = try await setup.producer("-")
        producer.write(lines(1, 0..<2))
        try await old.chats.first(1)
        _ = try settings("model: qwen:32b\nserver: \(new.baseURL)\nconcurrency: 3\n")
        consumer.signal(SIGHUP)
        try await consumer.wait(.error, for: "SIGHUP: settings read again")
        producer.write(lines(3, 2..<4))
        try await new.chats.first(2)
        silence.open()
        producer.closeInput()
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        try await old.stop()
        try await new.stop()
        let texts = try Entry.all(consumer).compactMap(\.data.response?.text)
        #expect(texts.count == 8)
        #expect(texts.filter { $0 == "Old one." }.count == 1)
        #expect(texts.filter { $0 == "New one." }.count == 7)
    }

    @Test("what is in a file that a setting names is read again, too")
    func files() async throws {
        let stub = try await OllamaStub.start()
        let prompt = try setup.folder.write("prompt.txt", "First: {conversation}")
        let path = try settings("model: qwen:32b\nserver: \(stub.baseURL)\nprompt-file: \(prompt)\n")
        let consumer = try await setup.consumer("--config", path, "--console", "json", "--exit-on-end", "--ephemeral")
        let producer = try await setup.producer("-")
        producer.write(lines(1, 0..<2))
        try await stub.chats.first(1)
        consumer.signal(SIGHUP)
        try await consumer.wait(.error, for: "settings read again; none that can change has")
        _ = try setup.folder.write("prompt.txt", "Second: {conversation}")
        consumer.signal(SIGHUP)
        try await consumer.wait(.error, for: "new: what is in the files that they name")
        try FileManager.default.removeItem(atPath: prompt)
        consumer.signal(SIGHUP)
        try await consumer.wait(.error, for: "the settings stay as they are. Prompt file can't be read")
        producer.write(lines(1, 2..<3))
        producer.closeInput()
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        try await stub.stop()
        let prompts = stub.chats.all.compactMap { try? JSON($0.body)["messages"]?.elements.last?["content"]?.string }
        #expect(prompts.map { $0.hasPrefix("First") } == [true, false, false])
        #expect(prompts.map { $0.hasPrefix("Second") } == [false, true, true])
    }

    @Test("a mask holds from then on in the log, too")
    func mask() async throws {
        let stub = try await OllamaStub.start()
        let common = "model: qwen:32b\nserver: \(stub.baseURL)\nlog-level: DEBUG\n"
        let path = try settings(common)
        let consumer = try await setup.consumer(
            "--config", path, "--console", "json", "--exit-on-end", "--ephemeral", "--log-format", "logfmt")
        let producer = try await setup.producer("-")
        producer.write(lines(1, 0..<2))
        try await consumer.wait(.error, for: "session=s0")
        _ = try settings(common + "mask: email\n")
        consumer.signal(SIGHUP)
        try await consumer.wait(.error, for: "mask is")
        producer.write(lines(1, 2..<4).replacing("s0", with: "max@example.com"))
        producer.write(
            #"{"session_id": "a", "timestamp": "2025-01-23T14:15:00Z", "sender": "eva@example.com", "message": "m"}"#
                + "\n")
        producer.closeInput()
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        try await stub.stop()
        #expect(try Entry.all(consumer).filter { $0.data.session_id == "max@example.com" }.count == 2)
        #expect(consumer.errorText.contains("session=(masked)"))
        #expect(consumer.errorText.contains("lines so far are no messages"))
        #expect(!consumer.errorText.contains("example.com"), "\(consumer.errorText)")
    }

    @Test("what can't be read in time is an error, and the program can still be stopped")
    func pipe() async throws {
        let path = try settings("history: 3\n")
        let prompt = try setup.folder.write("prompt.txt", "Say: {conversation}")
        let consumer = try await setup.consumer(
            "--config", path, "--prompt-file", prompt, "--console", "none", "--ephemeral")
        try await consumer.wait(.error, for: "Publishing entries")
        try FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        consumer.signal(SIGHUP)
        try await consumer.wait(.error, for: "the settings stay as they are. The file of settings can't be read")
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        consumer.signal(SIGHUP)
        try await consumer.wait(.error) { $0.matches(of: /can't be read/).count == 2 }
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
    }

    @Test("many in a row do no harm, with and without a file")
    func many() async throws {
        let consumer = try await setup.consumer("--responder", "fallback", "--console", "json", "--exit-on-end")
        let producer = try await setup.producer("-")
        try await consumer.wait(.error, for: "Publishing entries")
        for _ in 0..<500 {
            consumer.signal(SIGHUP)
            producer.signal(SIGHUP)
        }
        try await consumer.wait(.error, for: "SIGHUP: settings read again")
        try await producer.wait(.error, for: "SIGHUP: settings read again")
        producer.write(lines(2, 0..<2))
        producer.closeInput()
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
        #expect(try Entry.all(consumer).count == 4)
    }

    @Test("a program that reads no settings again is ended by it as by SIGTERM")
    func subscriber() async throws {
        let consumer = try await setup.consumer("--responder", "fallback", "--console", "none")
        let producer = try await setup.producer("-")
        let subscriber = try await setup.subscriber("--format", "json")
        producer.write(lines(1, 0..<2))
        try await subscriber.wait(.output, for: "session_id")
        subscriber.signal(SIGHUP)
        #expect(await subscriber.exit() == 0)
        #expect(subscriber.errorText.contains("Done: shown 1 records"))
        for program in [producer, consumer] { program.signal(SIGTERM) }
        #expect(await producer.exit() == 0)
        #expect(await consumer.exit() == 0)
    }

    @Test("with a terminal it is the end of the program when the terminal is gone, and else it isn't")
    func terminal() async throws {
        let program = try await setup.python(
            "Tests/EndToEndTests/Python/hangup.py", RunningProgram.programFolder + "/streamllm-consumer",
            setup.folder.path)
        #expect(await program.exit() == 0)
        #expect(program.errorText.isEmpty, "\(program.errorText)")
    }
}
