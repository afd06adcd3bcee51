/// One server over time: which model runs, what is tried again, what is said about it.
import AnsweringRig
import OllamaStub
import Testing
import TestSupport

@testable import Answering

@Suite("An Ollama server", .timeLimit(.minutes(5)))
struct ModelServerTests {
    // MARK: Which model

    @Test("quen:32b means qwen:32b where only that is installed: it runs, is named, and a warning says so")
    func misspelling() async throws {
        try await withRig { rig in
            let chat = try await rig.server(model: "quen:32b").chat("Hello?") { _ in }
            #expect(chat.model == "qwen:32b")
            let request = try await rig.stub.chats.first(1)[0]
            let asked = try JSON(request.body)["model"]?.string
            #expect(asked == "qwen:32b")
            let warnings = rig.logs.texts(.warning)
            #expect(warnings.count == 1)
            #expect(warnings.first?.contains("quen:32b is not installed") == true)
            #expect(warnings.first?.contains("using qwen:32b") == true)
        }
    }

    @Test("A model that is installed under its own name runs without a warning")
    func installed() async throws {
        try await withRig(Behaviour(models: ["quen:32b", "qwen:32b"])) { rig in
            let chat = try await rig.server(model: "quen:32b").chat("Hello?") { _ in }
            #expect(chat.model == "quen:32b")
            #expect(rig.logs.texts(.warning).isEmpty)
        }
    }

    @Test(
        "A model that isn't listed is asked for; where it isn't there, the log names those that are, and the way to get it"
    )
    func notInstalled() async throws {
        try await withRig(Behaviour(models: ["mistral:7b", "llama3:8b"])) { rig in
            let failure = await rig.server(model: "quen:32b").failure() as? ModelFailure
            #expect(failure == ModelFailure.notInstalled(model: "quen:32b"))
            #expect(rig.stub.chats.count == 1)
            let warnings = rig.logs.texts(.warning).joined(separator: "\n")
            #expect(warnings.contains("llama3:8b, mistral:7b"))
            #expect(warnings.contains("ollama pull qwen:32b"))
        }
    }

    @Test("A list of thousands of models, and a host's name of a megabyte, take a line that can be read")
    func longNames() async throws {
        let names = (1...7000).map { #"{"name":"n\#($0)\u001b[2J\n\#(String(repeating: "x", count: 100))"}"# }
        var many = Behaviour()
        many.overrides["/api/tags"] = [.status(200, #"{"models":[\#(names.joined(separator: ","))]}"#)]
        try await withRig(many) { rig in
            await rig.server().start()
            let warning = rig.logs.texts(.warning).joined()
            #expect(warning.contains(" and 6990 more."))
            #expect(warning.utf8.count < 2500 && !warning.contains("\u{1B}") && !warning.contains("\n"))
        }
        var behaviour = Behaviour()
        let host = String(repeating: "h", count: 900_000)
        behaviour.overrides["/api/tags"] = [
            .status(200, #"{"models":[{"name":"qwen:32b","remote_host":"\#(host)"}]}"#)
        ]
        try await withRig(behaviour) { rig in
            let failure = await rig.server().failure()
            #expect("\(failure.map { "\($0)" } ?? "")".utf8.count < 400)
            #expect(rig.logs.texts(.warning).allSatisfy { $0.utf8.count < 500 })
        }
    }

    @Test("A list of models without an end is none, and the model is asked all the same")
    func endlessList() async throws {
        var behaviour = Behaviour()
        behaviour.overrides["/api/tags"] = [.raw([UInt8](repeating: 0x20, count: 2 << 20))]
        try await withRig(behaviour) { rig in
            let failure = await rig.server().failure()
            #expect(failure == nil)
        }
    }

    @Test("Looking around at the start tells what is missing, and doesn't fail")
    func lookUp() async throws {
        try await withRig(Behaviour(models: [])) { rig in
            await rig.server().start()
            let warnings = rig.logs.texts(.warning).joined(separator: "\n")
            #expect(warnings.contains("Installed: none"))
            #expect(warnings.contains("ollama pull qwen:32b"))
        }
    }

    @Test("The model is looked up once, and again after a failure")
    func lookUps() async throws {
        let behaviour = Behaviour {
            $0.number == 3 ? [.token("Let me"), .errorLine("out of memory")] : [.token("Hello"), .done()]
        }
        try await withRig(behaviour) { rig in
            let server = rig.server()
            _ = try await server.chat("1") { _ in }
            _ = try await server.chat("2") { _ in }
            #expect(rig.lookUps == 1)
            _ = await server.failure()
            #expect(rig.lookUps == 1)
            _ = try await server.chat("4") { _ in }
            #expect(rig.lookUps == 2)
        }
    }

    @Test("A model that was exchanged while the consumer runs is found")
    func exchanged() async throws {
        try await withRig(Behaviour(models: ["quen:32b"])) { rig in
            let server = rig.server(model: "quen:32b")
            _ = try await server.chat("Hello?") { _ in }
            rig.stub.become(Behaviour(models: ["qwen:32b"]))
            let failure = await server.failure() as? ModelFailure
            #expect(failure == ModelFailure.refused(status: 404, message: "model 'quen:32b' not found"))
            let chat = try await server.chat("Hello?") { _ in }
            #expect(chat.model == "qwen:32b")
        }
    }

    // MARK: Trying again

    @Test(
        "A question waits for a server that isn't ready yet, and the log says so",
        arguments: [
            .busy, .error(429, "slow down"), .error(502, "no upstream"), .error(500, "llama runner is still loading"),
            .status(503, #"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#),
            .status(429, "", headers: ["Retry-After": "0"]),
            .chunk(#"{"model":"m","message":{"content":""},"done":true,"done_reason":"load"}"#),
        ] as [Step])
    func notYet(_ step: Step) async throws {
        try await withRig(Behaviour { $0.number <= 3 ? [step] : [.token("Hello"), .done()] }) { rig in
            let chat = try await rig.server().chat("Hello?") { _ in }
            #expect(chat.text == "Hello")
            #expect(rig.stub.chats.count == 4)
            let warnings = rig.logs.texts(.warning)
            #expect(warnings.count == 1)
            #expect(warnings.first?.contains("isn't ready yet") == true)
        }
    }

    @Test(
        "A server that is never ready isn't waited for any longer than for a first token; then it isn't asked for a while"
    )
    func busyAlways() async throws {
        try await withRig(.answering(.busy), adjust: { $0.firstTokenTimeout = .milliseconds(700) }) { rig in
            let server = rig.server()
            let failure = await server.failure() as? ModelFailure
            #expect(
                failure
                    == ModelFailure.refused(
                        status: 503, message: "server busy, please try again.  maximum pending requests exceeded"))
            let asked = rig.stub.chats.count
            #expect(2...4 ~= asked)
            let next = await server.failure()
            #expect(next is KnownFailure)
            #expect(rig.stub.chats.count == asked)
        }
    }

    @Test("A server is left alone for as long as it wants")
    func retryAfter() async throws {
        let busy = Step.status(429, "", headers: ["Retry-After": "1"])
        try await withRig(Behaviour { $0.number == 1 ? [busy] : [.token("Hello"), .done()] }) { rig in
            let begun = ContinuousClock.now
            _ = try await rig.server().chat("Hello?") { _ in }
            let took = ContinuousClock.now - begun
            #expect(took >= .seconds(1))
            #expect(rig.stub.chats.count == 2)
        }
    }

    @Test("What a server refuses and isn't needed is left out, from then on")
    func leftOut() async throws {
        let behaviour = Behaviour { request in
            request.number == 1 ? [.error(400, "\"qwen:32b\" does not support thinking")] : [.token("Hello"), .done()]
        }
        try await withRig(behaviour) { rig in
            let server = rig.server()
            for _ in 1...2 { _ = try await server.chat("Hello?") { _ in } }
            let requests = try await rig.stub.chats.first(3)
            let thinks = try requests.map { try JSON($0.body)["think"] != nil }
            #expect(thinks == [true, false, false])
            #expect(rig.logs.texts(.warning).isEmpty)
        }
    }

    @Test("A question isn't asked again once its answer has begun")
    func noSecondBeginning() async throws {
        try await withRig(.answering(.token("Let me"), .errorLine("out of memory"))) { rig in
            let tokens = Recorded<String>()
            let failure = try await modelFailure {
                _ = try await rig.server().chat("Hello?") { tokens.append($0.text) }
            }
            #expect(failure == ModelFailure.brokeOff("out of memory"))
            #expect(tokens.all == ["Let me"])
            #expect(rig.stub.chats.count == 1)
        }
    }

    @Test("A question that can only fail again isn't asked again", arguments: [400, 404])
    func hopeless(status: Int) async throws {
        try await withRig(.answering(.error(status, "no"))) { rig in
            let failure = await rig.server().failure() as? ModelFailure
            #expect(failure == ModelFailure.refused(status: status, message: "no"))
            #expect(rig.stub.chats.count == 1)
        }
    }

    // MARK: Not asking

    @Test("A server that has failed five times in a row isn't asked for a while; the reason stays")
    func breaker() async throws {
        try await withRig(.answering(.error(404, "no"))) { rig in
            let server = rig.server()
            for _ in 1...5 { _ = await server.failure() }
            #expect(rig.stub.chats.count == 5)
            let sixth = await server.failure().map { "\($0)" }
            #expect(sixth == "Ollama answered 404: no")
            #expect(rig.stub.chats.count == 5)
        }
    }

    @Test("A question that was cut off by its asker isn't the server's failure")
    func cancelled() async throws {
        let silence = Gate()
        let behaviour = Behaviour { $0.number <= 6 ? [.wait(silence)] : [.token("Hello"), .done()] }
        try await withRig(behaviour) { rig in
            let server = rig.server()
            for number in 1...6 {
                let asking = Task { await server.failure() }
                try await rig.stub.chats.first(number)
                asking.cancel()
                let hasFailed = await asking.value != nil
                #expect(hasFailed)
            }
            let chat = try await server.chat("Hello?") { _ in }
            #expect(chat.text == "Hello")
            #expect(rig.logs.texts(.warning).isEmpty)
        }
    }

    @Test("Answers that are no good don't keep a server from being asked")
    func badAnswers() async throws {
        try await withRig(.answering(.done())) { rig in
            let server = rig.server()
            for _ in 1...8 { _ = await server.failure() }
            // Each question was put four times.
            #expect(rig.stub.chats.count == 32)
        }
    }

    // MARK: Saying so

    @Test("The same failure is logged once, and again when it comes back")
    func loggedOnce() async throws {
        let behaviour = Behaviour { $0.number == 3 ? [.token("Hello"), .done()] : [.error(400, "no")] }
        try await withRig(behaviour) { rig in
            let server = rig.server()
            _ = await server.failure()
            _ = await server.failure()
            #expect(rig.logs.texts(.warning).count == 1)
            _ = try await server.chat("3") { _ in }
            _ = await server.failure()
            let warnings = rig.logs.texts(.warning)
            #expect(warnings.count == 2)
            #expect(warnings.allSatisfy { $0.contains(rig.stub.baseURL) && $0.contains("400: no") })
        }
    }

    @Test("Neither a question nor its answer is logged")
    func privacy() async throws {
        try await withRig(.answering(.token("secret answer"), .errorLine("no"))) { rig in
            let server = rig.server()
            _ = try await modelFailure { _ = try await server.chat("secret question") { _ in } }
            #expect(rig.logs.lines.count > 0)
            #expect(rig.logs.lines.all.allSatisfy { !$0.text.contains("secret") })
        }
    }
}
