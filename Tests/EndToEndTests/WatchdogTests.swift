/// What the service manager hears of a consumer that gets on, waits, or stands.
import Foundation
import OllamaStub
import Testing
import TestSupport

@testable import Consuming
@testable import Outbox

@Suite("The watchdog", .timeLimit(.minutes(5)))
struct WatchdogTests {
    private let setup: Setup
    private let manager: NotifySocket

    init() throws {
        setup = try Setup()
        manager = try NotifySocket(setup.folder.file("notify"))
    }

    /// A consumer that is watched; its unit allows a second.
    private func consumer(_ options: String..., environment: [String: String] = [:]) async throws -> RunningProgram {
        let watched = ["NOTIFY_SOCKET": setup.folder.file("notify"), "WATCHDOG_USEC": "1000000"]
        return try await setup.consumer(options, environment: watched.merging(environment) { $1 })
    }

    /// The notices up to one that contains a text. One comes each quarter of a second at least: many without it are enough.
    private func notices(until text: String) throws -> [String] {
        var notices: [String] = []
        repeat {
            try #require(notices.count < 400, "no \(text) among \(Set(notices))")
            notices.append(try manager.receive())
        } while notices.last?.contains(text) != true
        return notices
    }

    @Test(
        "a stage that stands is named, and the watchdog isn't fed any more",
        arguments: [
            (FaultPoint.beforePublish, "output"), (.beforeCommit, "commit"), (.afterReceive, "intake"),
        ])
    func standing(_ point: FaultPoint, _ stage: String) async throws {
        let consumer = try await consumer("--responder", "none", environment: ["STREAMLLM_STICK_AT": point.rawValue])
        #expect(try manager.receive().hasPrefix("READY=1"))
        #expect(try notices(until: "WATCHDOG=1").count == 1)
        let producer = try await setup.producer(Setup.sample)
        _ = try notices(until: "STATUS=\(stage) stands for ")
        // Its time goes on, and nothing else comes.
        for _ in 1...4 {
            let notice = try manager.receive()
            #expect(notice.contains("\(stage) stands for "), "\(notice)")
        }
        try await consumer.wait(.error, for: "ERROR consumer: ")
        #expect(consumer.errorText.contains("\(stage) stands for "))
        for program in [consumer, producer] { program.signal(SIGKILL) }
    }

    @Test("a model that thinks for long is waited for, and the watchdog is fed")
    func model() async throws {
        let gate = Gate()
        let stub = try await OllamaStub.start(.answering(.wait(gate), .token("Good."), .done()))
        let consumer = try await consumer(
            environment: ["OLLAMA_BASE_URL": stub.baseURL, "QUEN_MODEL_NAME": "qwen:32b"])
        let producer = try await setup.producer(Setup.sample)
        _ = try notices(until: "STATUS=Waiting for the model")
        // Longer than a step may take.
        for _ in 1...8 { #expect(try manager.receive() == "WATCHDOG=1") }
        gate.open()
        #expect(try notices(until: "STATUS=Waiting for messages").contains("WATCHDOG=1"))
        #expect(await producer.exit() == 0)
        consumer.signal(SIGTERM)
        #expect(await consumer.exit() == 0)
        try await stub.stop()
    }
}
