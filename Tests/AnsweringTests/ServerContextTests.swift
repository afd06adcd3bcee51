/// Servers that take less than they are asked.
import AnsweringRig
import Chat
import OllamaStub
import Testing
import TestSupport

@testable import Answering

@Suite("A server's own context", .timeLimit(.minutes(5)))
struct ServerContextTests {
    /// About 8,000 bytes of the customer's.
    private let long = Question((1...80).map { .customer("\($0) " + String(repeating: "words ", count: 15)) })
    /// Without a count of the prompt's tokens: one that doesn't fit its length would say that it was cut.
    private static let answer: [Step] = [.token("None."), .done(promptTokens: 0, completionTokens: 0)]
    private let short = Question([.customer("Are there any fees?")])

    private func withOpenAI(
        _ behaviour: Behaviour, _ body: (ModelResponder, Rig) async throws -> Void
    ) async throws {
        let adjust: (inout ModelOptions) -> Void = { options in
            options.dialect = .openai
            options.servers = options.servers.map { .of($0.shown, for: .openai) }
        }
        try await withRig(behaviour, adjust: adjust) { rig in try await body(rig.server(), rig) }
    }

    /// What the stub was asked, in the order of the requests, in bytes, and for an answer of how many tokens.
    private func asked(_ rig: Rig) throws -> [(size: Int, answer: Int?)] {
        try rig.stub.chats.all.map { request in
            let body = try JSON(request.body)
            let size = (body["messages"]?.elements ?? []).reduce(0) { $0 + ($1["content"]?.string?.utf8.count ?? 0) }
            return (size, body["max_tokens"]?.integer ?? body["options"]?["num_predict"]?.integer)
        }
    }

    @Test(
        "What a list says of the model's context bounds the prompt",
        arguments: [#""meta":{"n_ctx":1024}"#, #""max_model_len":1024"#])
    func listed(_ field: String) async throws {
        var behaviour = Behaviour { _ in Self.answer }
        behaviour.overrides["/v1/models"] = [
            .status(200, #"{"data":[{"id":"other","max_model_len":512},{"id":"qwen:32b",\#(field)}]}"#)
        ]
        try await withOpenAI(behaviour) { responder, rig in
            let answer = await responder.answer(long) { _ in }
            #expect(answer.response.status == .generated)
            #expect(answer.response.truncated)
            let asked = try asked(rig)
            #expect(asked.map(\.answer) == [200])
            // (1024 - 200 - 128) tokens of three bytes, and nearly all of them used.
            #expect(asked.allSatisfy { 1900...2088 ~= $0.size })
            #expect(rig.logs.texts(.info).contains { $0.contains("takes 1024 tokens") })
        }
    }

    @Test("What Ollama says of a model bounds the prompt, and the context that is asked for stays the same")
    func shown() async throws {
        var behaviour = Behaviour { _ in Self.answer }
        behaviour.overrides["/api/show"] = [.status(200, #"{"model_info":{"qwen2.context_length":1024}}"#)]
        try await withRig(behaviour) { rig in
            let responder = rig.server()
            for _ in 1...2 { _ = await responder.answer(long) { _ in } }
            let sizes = try asked(rig).map(\.size)
            #expect(sizes.allSatisfy { 1900...2088 ~= $0 })
            let bodies = try rig.stub.chats.all.map { try JSON($0.body) }
            #expect(bodies.map { $0["options"]?["num_ctx"]?.integer } == [8192, 8192])
            // It is asked for once.
            #expect(rig.stub.requests.all.count { $0.path == "/api/show" } == 1)
        }
    }

    @Test(
        "A server that says nothing of it, or nothing that can be read, is asked all the same",
        arguments: [.error(404, "no such page"), .status(200, "<html>"), .status(200, "[]"), .reset] as [Step])
    func silent(_ step: Step) async throws {
        var behaviour = Behaviour { _ in Self.answer }
        behaviour.overrides["/api/show"] = [step]
        try await withRig(behaviour) { rig in
            let answer = await rig.server().answer(long) { _ in }
            #expect(answer.response.status == .generated)
            #expect(!answer.response.truncated)
            let sizes = try asked(rig).map(\.size)
            #expect(sizes.allSatisfy { $0 > 7500 })
        }
    }

    private static let told =
        #"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":3000,"n_ctx":1024}}"#

    @Test("Refused as too long, a prompt is cut for the context that the server names, then and from then on")
    func told() async throws {
        let behaviour = Behaviour { $0.number == 1 ? [.status(400, Self.told)] : Self.answer }
        try await withOpenAI(behaviour) { responder, rig in
            let first = await responder.answer(long) { _ in }
            let second = await responder.answer(long) { _ in }
            let third = await responder.answer(short) { _ in }
            for answer in [first, second] {
                #expect(answer.response.status == .generated)
                #expect(answer.response.truncated)
            }
            #expect(!third.response.truncated)
            let sizes = try asked(rig).map(\.size)
            #expect(sizes.count == 4)
            #expect(sizes[0] > 7500)
            #expect(sizes[1...2].allSatisfy { 1900...2088 ~= $0 })
            #expect(rig.logs.texts(.warning).count { $0.contains("takes 1024 tokens") } == 1)
        }
    }

    @Test(
        "Where the server doesn't say how much it takes, or no less than it got, half of the conversation is left",
        arguments: [
            .error(400, "context_length_exceeded"), .error(422, "prompt is too long"),
            .error(400, "This model's maximum context length is 8192 tokens"),
            .chunk("data: {\"error\":{\"message\":\"the context length is exceeded\"}}\n\n"),
        ] as [Step])
    func half(_ step: Step) async throws {
        let behaviour = Behaviour { $0.number == 1 ? [step] : Self.answer }
        try await withOpenAI(behaviour) { responder, rig in
            let pieces = Recorded<String>()
            let answer = await responder.answer(long) { pieces.append($0.text) }
            #expect(answer.response.status == .generated)
            #expect(answer.response.text == "None.")
            #expect(answer.response.truncated)
            #expect(pieces.all == ["[anew]", "None."])
            let sizes = try asked(rig).map(\.size)
            #expect(sizes.count == 2)
            #expect(sizes[1] - 243 <= (sizes[0] - 243) / 2 + 100 && sizes[1] - 243 > (sizes[0] - 243) / 3)
        }
    }

    @Test("It is asked once more, and no more than that; the reason is the server's")
    func onceMore() async throws {
        try await withOpenAI(.answering(.status(400, Self.told))) { responder, rig in
            let answer = await responder.answer(long) { _ in }
            #expect(answer.response.status == .fallback)
            #expect(answer.response.reason?.contains("exceeds the available context size") == true)
            #expect(rig.stub.chats.count == 2)
        }
    }

    @Test("What a server takes that doesn't say how much is found by halving, and remembered")
    func unnamed() async throws {
        let behaviour = Behaviour { request in
            let size = request.messages.reduce(0) { $0 + $1.content.utf8.count }
            return size > 3000 ? [.error(400, "input length exceeds maximum context length")] : Self.answer
        }
        try await withOpenAI(behaviour) { responder, rig in
            for _ in 1...3 {
                let answer = await responder.answer(long) { _ in }
                #expect(answer.response.status == .generated)
                #expect(answer.response.truncated)
            }
            let sizes = try asked(rig).map(\.size)
            #expect(sizes.count == 5)
            #expect(sizes.dropFirst(2).allSatisfy { 1500...3000 ~= $0 })
        }
    }

    @Test("A prompt that can't be shorter isn't asked again")
    func shortest() async throws {
        try await withOpenAI(.answering(.error(400, "context_length_exceeded"))) { responder, rig in
            let answer = await responder.answer(Question([.customer("")])) { _ in }
            #expect(answer.response.status == .fallback)
            #expect(rig.stub.chats.count <= 2)
        }
    }

    @Test("Each server gets the words that it has room for")
    func twoServers() async throws {
        var small = Behaviour.answering(.error(500, "out of memory"))
        small.overrides["/api/show"] = [.status(200, #"{"parameters":"num_ctx 1024"}"#)]
        let other = try await OllamaStub.start(small)
        try await withRig(Behaviour { _ in Self.answer }, adjust: { $0.servers.insert(.of(other.baseURL), at: 0) }) {
            rig in
            let answer = await rig.server().answer(long) { _ in }
            #expect(answer.response.status == .generated)
            #expect(!answer.response.truncated)
            let sizes = try asked(rig).map(\.size)
            #expect(sizes.allSatisfy { $0 > 7500 })
            let body = try JSON(try #require(other.chats.all.first).body)
            #expect((body["messages"]?.elements.last?["content"]?.string?.utf8.count ?? 0) < 2088)
        }
        try await other.stop()
    }

    @Test("A model whose template has no system prompt gets it in the user's turn, from then on")
    func noSystemRole() async throws {
        let behaviour = Behaviour { request in
            request.messages.first?.role == "system"
                ? [.error(400, "System role not supported")] : Self.answer
        }
        try await withRig(behaviour, adjust: { $0.form = .chat }) { rig in
            let responder = rig.server()
            for _ in 1...2 {
                let answer = await responder.answer(short) { _ in }
                #expect(answer.response.text == "None.")
            }
            let roles = try rig.stub.chats.all.map { request in
                try JSON(request.body)["messages"]?.elements.compactMap { $0["role"]?.string } ?? []
            }
            #expect(roles == [["system", "user"], ["user"], ["user"]])
        }
    }
}
