/// Servers of OpenAI's kind, when all is well and when it isn't.
import AnsweringRig
import Chat
import OllamaStub
import Records
import Testing
import TestSupport

@testable import Answering

@Suite("A server of OpenAI's kind", .timeLimit(.minutes(5)))
struct OpenAIClientTests {
    private let question = Question([.customer("Are there any fees?")])

    private func withServer(
        _ behaviour: Behaviour, adjust: (inout ModelOptions) -> Void = { _ in },
        _ body: (ModelResponder, Rig) async throws -> Void
    ) async throws {
        let adjustAll: (inout ModelOptions) -> Void = { options in
            options.dialect = .openai
            options.servers = options.servers.map { .of($0.shown, for: .openai) }
            adjust(&options)
        }
        try await withRig(behaviour, adjust: adjustAll) { rig in
            try await body(ModelResponder(rig.options, http: rig.http, logger: rig.logs.logger), rig)
        }
    }

    @Test("Its answer is labelled as the model's, with all that is known of it")
    func generated() async throws {
        let steps: [Step] = [
            .thinking("Fees."), .token("No"), .token("ne 🌐."), .done(promptTokens: 9, completionTokens: 2),
        ]
        try await withServer(Behaviour { _ in steps }) { responder, _ in
            let pieces = Recorded<String>()
            let answer = await responder.answer(question) { pieces.append($0.text) }
            #expect(
                answer.response
                    == Response(
                        status: .generated, text: "None 🌐.", model: "qwen:32b", responder: "openai", promptTokens: 9,
                        completionTokens: 2))
            #expect(answer.firstToken != nil)
            #expect(pieces.all == ["No", "ne 🌐."])
        }
    }

    @Test("It is asked in its own words, with the key")
    func request() async throws {
        try await withServer(
            Behaviour(),
            adjust: {
                $0.model = "quen:32b"
                $0.apiKey = "secret"
                $0.systemPrompt = "Be kind."
                $0.temperature = 0
                $0.seed = 7
            }
        ) { responder, rig in
            _ = await responder.answer(question) { _ in }
            let request = try await rig.stub.chats.first(1)[0]
            #expect(request.path == "/v1/chat/completions")
            #expect(request.headers["authorization"] == "Bearer secret")
            let expected: JSON = [
                "model": "qwen:32b", "stream": true, "stream_options": ["include_usage": true], "max_tokens": 200,
                "temperature": 0, "seed": 7,
                "messages": [
                    ["role": "system", "content": "Be kind."],
                    ["role": "user", "content": .text(Prompt(question.messages).text)],
                ],
            ]
            let body = try JSON(request.body)
            #expect(body == expected)
        }
    }

    @Test(
        "What is no answer gets a labelled reply with the reason",
        arguments: [
            ([.error(404, "gone")], "the server answered 404: gone"),
            ([.token("Let"), .errorLine("out of memory")], "the answer broke off: out of memory"),
            ([.token("Let"), .close], "the answer ended without being finished"),
            ([.done()], "the model's answer was empty"),
            ([.chunk("data: <html>\n\n")], "the answer ended without being finished"),
            ([.chunk("data: {\"object\":\"x\"}\n\n")], "the answer ended without being finished"),
            ([.chunk("data: {\"choices\":[\n\n")], "the answer can't be read: a piece of it is damaged"),
            ([.token("Let"), .done(reason: "content_filter")], "the model stopped for another reason than being done"),
            ([.reset], "the server is not reachable at"),
        ] as [([Step], String)])
    func failures(_ steps: [Step], _ reason: String) async throws {
        try await withServer(Behaviour { _ in steps }) { responder, _ in
            let answer = await responder.answer(question) { _ in }
            #expect(answer.response.status == .fallback)
            #expect(answer.response.reason?.hasPrefix(reason) == true, "\(answer.response.reason ?? "")")
        }
    }

    @Test(
        "Odd ways of saying the usual are understood",
        arguments: [
            #"data:{"choices":[{"delta":{"content":"Yes."},"finish_reason":""}]}"# + "\r\n\r\n: still here\r\n\r\n"
                + #"data: {"choices":[{"delta":{},"finish_reason":"eos_token"}]}"# + "\r\n\r\ndata: [DONE]\r\n\r\n",
            "event: message\n" + #"data: {"model":"","choices":[{"delta":{"content":"Yes."},"finish_reason":"stop"}]}"#
                + "\n\n" + #"data: {"usage":{"prompt_tokens":3}}"# + "\n\n",
        ])
    func odd(_ body: String) async throws {
        try await withServer(.answering(.chunk(body))) { responder, _ in
            let answer = await responder.answer(question) { _ in }
            #expect(answer.response.status == .generated)
            #expect(answer.response.text == "Yes.")
            #expect(answer.response.model == "qwen:32b")
        }
    }

    @Test("A server without a list of models is asked for what is wanted", arguments: [404, 405])
    func noList(_ status: Int) async throws {
        var behaviour = Behaviour.answering(.token("Yes."), .done())
        behaviour.overrides["/v1/models"] = [.error(status, "no such page")]
        try await withServer(behaviour) { responder, _ in
            let answer = await responder.answer(question) { _ in }
            #expect(answer.response.text == "Yes.")
        }
    }

    @Test("A model that is listed under another name as well is found by it")
    func alias() async throws {
        var behaviour = Behaviour.answering(.token("Yes."), .done())
        behaviour.overrides["/v1/models"] = [
            .status(200, #"{"data":[{"id":"Qwen/Qwen3-32B-GGUF","aliases":["qwen:32b"]}]}"#)
        ]
        try await withServer(behaviour) { responder, rig in
            let answer = await responder.answer(question) { _ in }
            #expect(answer.response.text == "Yes.")
            #expect(!rig.logs.lines.all.contains { $0.text.contains("not installed") })
        }
    }

    @Test("What a server quotes of the request isn't logged, and is cut in the entry")
    func privacy() async throws {
        let words = String(repeating: "secret ", count: 1000)
        try await withServer(.answering(.error(422, words))) { responder, rig in
            let answer = await responder.answer(question) { _ in }
            #expect((answer.response.reason?.count ?? 0) < 400)
            #expect(rig.logs.lines.count > 0)
            #expect(rig.logs.lines.all.allSatisfy { !$0.text.contains("secret") })
        }
    }
}
