/// Answers from Ollama, and labelled ones in their place.
import Common
import OllamaStub
import Testing

@testable import Consumer

@Suite("The Ollama responder", .timeLimit(.minutes(5)))
struct OllamaResponderTests {
    private let question = Question(prompt: "Hello?", messages: [.customer("Are there any fees?")])

    @Test("A model's answer is labelled as one, with all that is known of it")
    func generated() async throws {
        try await withRig(.answering(.token("None."), .done(reason: "length", promptTokens: 9, completionTokens: 2))) {
            rig in
            let responder = OllamaResponder(rig.options, http: rig.http, logger: rig.logs.logger)
            let answer = await responder.answer(question) { _ in }
            let expected = Response(
                status: .generated, text: "None.", model: "qwen:32b", responder: "ollama", promptTokens: 9,
                completionTokens: 2, truncated: true)
            #expect(answer.response == expected)
            #expect(answer.firstToken != nil)
        }
    }

    @Test("What the model can't answer gets a canned reply, labelled as one, with the reason")
    func fallback() async throws {
        try await withRig(.answering(.error(404, "gone"))) { rig in
            let responder = OllamaResponder(rig.options, http: rig.http, logger: rig.logs.logger)
            let answer = await responder.answer(question) { _ in }
            let expected = Response(
                status: .fallback, text: CannedReply.reply(to: question.messages), reason: "Ollama answered 404: gone",
                responder: "fallback")
            #expect(answer.response == expected)
            #expect(answer.firstToken == nil)
        }
    }

    @Test("A server that dies in mid-answer leaves a labelled reply; when it is back, the model answers again")
    func deathAndReturn() async throws {
        try await withHeldPort { port in
            let (begun, silence) = (Gate(), Gate())
            let first = try await OllamaStub.start(.answering(.token("Let me"), .wait(silence)), port: port)
            try await withRig(adjust: { $0.servers = [first.baseURL] }) { rig in
                let responder = OllamaResponder(rig.options, http: rig.http, logger: rig.logs.logger)
                async let asking = responder.answer(question) { _ in begun.open() }
                await begun.wait()
                try await first.stop()
                let cutOff = await asking
                #expect(cutOff.response.status == Response.Status.fallback)
                #expect(cutOff.response.reason?.hasPrefix("the answer broke off") == true)
                #expect(cutOff.response.text == CannedReply.reply(to: question.messages))
                #expect(cutOff.response.model == nil)

                let down = await responder.answer(question) { _ in }
                #expect(
                    down.response.reason == "Ollama is not reachable at \(first.baseURL): connection refused")

                let second = try await OllamaStub.start(.answering(.token("None."), .done()), port: port)
                let back = await responder.answer(question) { _ in }
                #expect(back.response.status == Response.Status.generated)
                #expect(back.response.text == "None.")
                try await second.stop()
            }
        }
    }

    @Test("Several servers share the work")
    func severalServers() async throws {
        try await withRig { rig in
            let other = try await OllamaStub.start()
            var options = rig.options
            options.servers.append(other.baseURL)
            let responder = OllamaResponder(options, http: rig.http, logger: rig.logs.logger)
            for _ in 1...4 {
                let answer = await responder.answer(question) { _ in }
                #expect(answer.response.status == Response.Status.generated)
            }
            #expect(rig.stub.chats.count == 2)
            #expect(other.chats.count == 2)
            try await other.stop()
        }
    }

    @Test("Starting without a server only leaves a warning")
    func startWithoutServer() async throws {
        try await withHeldPort { port in
            try await withRig(adjust: { $0.servers = ["http://127.0.0.1:\(port)"] }) { rig in
                await OllamaResponder(rig.options, http: rig.http, logger: rig.logs.logger).start()
                let warnings = rig.logs.texts(.warning)
                #expect(warnings.count == 1)
                #expect(warnings.first?.contains("not reachable at http://127.0.0.1:\(port)") == true)
            }
        }
    }
}
