/// Answers from Ollama, and labelled ones in their place.
import AnsweringRig
import Chat
import OllamaStub
import Records
import Testing
import TestSupport

@testable import Answering

@Suite("The Ollama responder", .timeLimit(.minutes(5)))
struct ModelResponderTests {
    private let question = Question([.customer("Are there any fees?")])

    @Test("A model's answer is labelled as one, with all that is known of it")
    func generated() async throws {
        try await withRig(.answering(.token("None."), .done(reason: "length", promptTokens: 9, completionTokens: 2))) {
            rig in
            let responder = ModelResponder(rig.options, http: rig.http, logger: rig.logs.logger)
            let answer = await responder.answer(question) { _ in }
            let expected = Response(
                status: .generated, text: "None.", model: "qwen:32b", responder: "ollama", promptTokens: 9,
                completionTokens: 2, truncated: true, cutOff: true)
            #expect(answer.response == expected)
            #expect(answer.firstToken != nil)
        }
    }

    @Test("What the model really said stands beside an answer from which something was cut off")
    func raw() async throws {
        try await withRig(.answering(.token("\"None."), .token("\"\nCustomer: Good!"), .done())) { rig in
            let responder = ModelResponder(rig.options, http: rig.http, logger: rig.logs.logger)
            let answer = await responder.answer(question) { _ in }
            let expected = Response(
                status: .generated, text: "None.", model: "qwen:32b", responder: "ollama", trimmed: true,
                raw: "\"None.\"\nCustomer: Good!")
            #expect(answer.response == expected)
        }
    }

    @Test("A model that repeats the question is asked once more, and then there is a labelled reply")
    func echo() async throws {
        let question = Question([.customer("Are there any fees?")])
        for (again, status) in [("Are there any fees?", Response.Status.fallback), ("None.", .generated)] {
            let behaviour = Behaviour { [.token($0.number == 1 ? "are there any fees" : again), .done()] }
            try await withRig(behaviour) { rig in
                let responder = ModelResponder(rig.options, http: rig.http, logger: rig.logs.logger)
                let answer = await responder.answer(question) { _ in }
                #expect(answer.response.status == status)
                #expect(answer.response.reason == (status == .fallback ? "the model repeated the question" : nil))
                #expect(rig.stub.chats.count == 2)
            }
        }
    }

    @Test("What the model can't answer gets a canned reply, labelled as one, with the reason")
    func fallback() async throws {
        try await withRig(.answering(.error(404, "gone"))) { rig in
            let responder = ModelResponder(rig.options, http: rig.http, logger: rig.logs.logger)
            let answer = await responder.answer(question) { _ in }
            let expected = Response(
                status: .fallback, text: CannedReply.reply(to: question.conversation),
                reason: "Ollama answered 404: gone",
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
            try await withRig(adjust: { $0.servers = [.of(first.baseURL)] }) { rig in
                let responder = ModelResponder(rig.options, http: rig.http, logger: rig.logs.logger)
                async let asking = responder.answer(question) { _ in begun.open() }
                await begun.wait()
                try await first.stop()
                let cutOff = await asking
                #expect(cutOff.response.status == Response.Status.fallback)
                // It was asked once more.
                #expect(
                    cutOff.response.reason == "Ollama is not reachable at \(first.baseURL): connection refused")
                #expect(cutOff.response.text == CannedReply.reply(to: question.conversation))
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

    @Test(
        "An answer that ends without being finished is begun anew, once",
        arguments: [(1, nil), (2, "the answer ended without being finished")] as [(Int, String?)])
    func onceMore(failures: Int, reason: String?) async throws {
        let behaviour = Behaviour {
            $0.number <= failures ? [.token("Let me"), .close] : [.token("None."), .done()]
        }
        try await withRig(behaviour) { rig in
            let responder = ModelResponder(rig.options, http: rig.http, logger: rig.logs.logger)
            let pieces = Recorded<String>()
            let answer = await responder.answer(question) { pieces.append($0.text) }
            #expect(answer.response.reason == reason)
            #expect(answer.response.status == (reason == nil ? .generated : .fallback))
            #expect(pieces.all == ["Let me", "[anew]", reason == nil ? "None." : "Let me"])
            #expect(rig.stub.chats.count == 2)
        }
    }

    @Test("Several servers share the work")
    func severalServers() async throws {
        try await withRig { rig in
            let other = try await OllamaStub.start()
            var options = rig.options
            options.servers.append(.of(other.baseURL))
            let responder = ModelResponder(options, http: rig.http, logger: rig.logs.logger)
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
            try await withRig(adjust: { $0.servers = [.of("http://127.0.0.1:\(port)")] }) { rig in
                await ModelResponder(rig.options, http: rig.http, logger: rig.logs.logger).start()
                let warnings = rig.logs.texts(.warning)
                #expect(warnings.count == 1)
                #expect(warnings.first?.contains("not reachable at http://127.0.0.1:\(port)") == true)
            }
        }
    }

    @Test("A model that has nothing to say is asked three times more, and no more", arguments: [3, 4])
    func nothingToSay(times: Int) async throws {
        let asked = Recorded<Int>()
        let behaviour = Behaviour { _ in
            asked.append(1) <= times ? [.token("Customer: "), .token("Yes."), .done()] : [.token("None."), .done()]
        }
        try await withRig(behaviour) { rig in
            let answer = await ModelResponder(rig.options, http: rig.http, logger: rig.logs.logger)
                .answer(question) { _ in }
            #expect(answer.response.status == (times == 3 ? .generated : .fallback))
            #expect(rig.stub.chats.count == 4)
        }
    }

    // MARK: Several servers

    /// Lends a responder over two stubs.
    private func withTwo(
        _ one: Behaviour, _ two: Behaviour, limit: Int = 1,
        _ body: (ModelResponder, OllamaStub, OllamaStub) async throws -> Void
    ) async throws {
        let other = try await OllamaStub.start(two)
        try await withRig(
            one,
            adjust: {
                $0.servers.append(.of(other.baseURL))
                $0.inFlightLimit = limit
            }
        ) { rig in
            try await body(ModelResponder(rig.options, http: rig.http, logger: rig.logs.logger), rig.stub, other)
        }
        try await other.stop()
    }

    @Test(
        "What one server can't answer, another one is asked",
        arguments: [
            [.error(500, "no")], [.error(404, "gone")], [.token("Let me"), .close],
            [.token("Let me"), .errorLine("out of memory")], [.done()], [.token("Let me"), .reset],
        ] as [[Step]])
    func failover(steps: [Step]) async throws {
        try await withTwo(Behaviour { _ in steps }, .answering(.token("None."), .done())) { responder, one, two in
            let pieces = Recorded<String>()
            // Both begin with the first one: the pool takes turns, and each question takes two.
            for _ in 1...2 {
                let answer = await responder.answer(question) { pieces.append($0.text) }
                #expect(answer.response.status == .generated)
                #expect(answer.response.text == "None.")
                // What had been shown of the first attempt doesn't count.
                #expect(pieces.all.suffix(2) == ["[anew]", "None."])
            }
            #expect(one.chats.count == 2)
            #expect(two.chats.count == 2)
        }
    }

    @Test("The time to the first token counts from asking, with attempts that failed")
    func firstToken() async throws {
        let pause = Duration.milliseconds(50)
        try await withTwo(
            .answering(.drip(interval: pause), .token("Let "), .token("me"), .reset),
            .answering(.token("None."), .done())
        ) { responder, one, _ in
            let answer = await responder.answer(question) { _ in }
            #expect(answer.response.text == "None." && one.chats.count == 1)
            #expect(answer.firstToken ?? .zero >= pause * 2)
        }
    }

    @Test("What no server can answer gets a labelled reply, and each is asked once")
    func allFail() async throws {
        try await withTwo(.answering(.error(500, "one")), .answering(.error(500, "two"))) { responder, one, two in
            let answer = await responder.answer(question) { _ in }
            #expect(answer.response.status == .fallback)
            #expect(answer.response.reason == "Ollama answered 500: two")
            #expect(one.chats.count == 1)
            #expect(two.chats.count == 1)
        }
    }

    @Test("No server has more questions than its limit; who finds none free waits for the next that is")
    func inFlight() async throws {
        let (hold, holdToo) = (Gate(), Gate())
        try await withTwo(
            .answering(.wait(hold), .token("One."), .done()), .answering(.wait(holdToo), .token("Two."), .done())
        ) { responder, one, two in
            let answers = (1...3).map { _ in Task { await responder.answer(question) { _ in }.response.text } }
            try await one.chats.first(1)
            try await two.chats.first(1)
            // The third has nowhere to go until one of the two is done.
            holdToo.open()
            try await two.chats.first(2)
            #expect(one.chats.count == 1)
            hold.open()
            var texts: [String] = []
            for answer in answers { texts.append(await answer.value ?? "") }
            #expect(texts.sorted() == ["One.", "Two.", "Two."])
        }
    }
}
