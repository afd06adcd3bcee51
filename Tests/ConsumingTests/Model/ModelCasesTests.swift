/// Every way a model's server is known to go wrong, beside a session for which all is well.
import AnsweringRig
import Chat
import OllamaStub
import Records
import StorageRig
import Testing

@testable import Answering

/// What a server does to one session, and what must come of it.
struct ModelCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: [Step]
    let status: Response.Status
    /// The answer's text, or the reason why there is none.
    let outcome: String
    /// What the customer says there.
    var message = "wrong1"
    var isTruncated = false
    /// Opened when the first piece of the answer has been heard.
    var heard = Gate()
    /// How the server's address is written; `%` stands for its port.
    var address = "http://127.0.0.1:%"
    /// Limits that the case needs to be short.
    var limits: @Sendable (inout ModelOptions) -> Void = { _ in }

    static func generated(_ name: String, _ text: String, _ steps: [Step]) -> ModelCase {
        ModelCase(testDescription: name, steps: steps, status: .generated, outcome: text)
    }

    static func fallback(_ name: String, _ reason: String, _ steps: [Step]) -> ModelCase {
        ModelCase(testDescription: name, steps: steps, status: .fallback, outcome: reason)
    }

    /// A long message, of which the server says that it has read so many tokens.
    private static func longMessage(_ name: String, tokensRead: Int, isTruncated: Bool) -> ModelCase {
        let message = "wrong1" + String(repeating: " How much is it then?", count: 600)
        var result = generated(name, "Well.", [.token("Well."), .done(promptTokens: tokensRead)])
        result.message = message
        result.isTruncated = isTruncated
        return result
    }

    private static func address(_ form: String) -> ModelCase {
        var result = generated("a server whose address is written \(form)", "Well.", [.token("Well."), .done()])
        result.address = form
        return result
    }

    private func within(_ limits: @escaping @Sendable (inout ModelOptions) -> Void) -> ModelCase {
        var result = self
        result.limits = limits
        return result
    }

    private static var resetInMidStream: ModelCase {
        // Earlier, the reset would overtake the piece: what is unread is thrown away with the connection.
        let heard = Gate()
        var result = fallback(
            "a connection that is reset in mid-stream", "the answer broke off: ", [.token("Let"), .wait(heard), .reset])
        result.heard = heard
        return result
    }

    /// The last line of an answer, with more in it.
    private static func last(_ fields: String) -> String {
        #"{"done":true,"done_reason":"stop",\#(fields)}"# + "\n"
    }

    private static let globe = Array("🌐".utf8)

    private static func line(_ content: [UInt8]) -> [UInt8] {
        Array(#"{"model":"qwen:32b","message":{"role":"assistant","content":""#.utf8) + content
            + Array("\"},\"done\":false}\n".utf8)
    }

    static let all: [ModelCase] = [
        .fallback(
            "a stream that ends without done", "the answer ended without being finished", [.token("Let"), .close]),
        .fallback("a body without a line", "the answer ended without being finished", [.close]),
        .fallback(
            "an error in mid-stream", "the answer broke off: an error was encountered while running the model: EOF",
            [.token("Let"), .errorLine("an error was encountered while running the model: EOF")]),
        .fallback(
            "a web page", "what came is no answer: <html> <body>Sign in</body></html>",
            [.status(200, "<html>\n<body>Sign in</body></html>\n", headers: ["Content-Type": "text/html"])]),
        .fallback(
            "404 in the handler's words", "Ollama answered 404: model 'qwen:32b' not found",
            [.error(404, "model 'qwen:32b' not found")]),
        .fallback(
            "404 in the scheduler's words", #"Ollama answered 404: model "qwen:32b" not found, try pulling it first"#,
            [.error(404, #"model "qwen:32b" not found, try pulling it first"#)]),
        .fallback(
            "a runner that crashes", "Ollama answered 500: model runner has unexpectedly stopped",
            [.error(500, "model runner has unexpectedly stopped")]),
        .fallback(
            "a server that is busy",
            "Ollama answered 503: server busy, please try again.  maximum pending requests exceeded", [.busy]
        ).within { $0.firstTokenTimeout = .milliseconds(500) },
        .fallback(
            "a redirect", "Ollama answered 302: it says that it has moved to /elsewhere",
            [.status(302, "", headers: ["Location": "/elsewhere"])]),
        .fallback("a refusal without a word", "Ollama answered 403: Forbidden", [.status(403, "")]),
        .fallback("an empty answer", "the model's answer was empty", [.done()]),
        .fallback("all thinking, no answer", "the model's answer was empty", [.thinking("A loan."), .done()]),
        .generated(
            "thoughts with their opening mark", "Good.",
            [.token("<think>"), .token("A loan.</th"), .token("ink>\n\n"), .token("Good."), .done()]),
        .generated(
            "thoughts with only their closing mark", "Good.",
            [.token("A loan."), .token("</think>"), .token("Good."), .done()]),
        .fallback(
            "a drip slower than the limit", "the answer stopped for more than 1.5 s",
            [.token("Let "), .drip(interval: .seconds(200)), .token("me"), .done()]
        ).within { $0.tokenTimeout = .milliseconds(1500) },
        .fallback("silence before the headers", "no answer began within 2 s", [.wait(Gate())])
            .within { $0.firstTokenTimeout = .seconds(2) },
        .generated(
            "a character that comes in pieces", "🌐",
            [.raw(line([])), .raw(Array(line(globe).dropLast(20).dropLast(2)))]
                + [.raw(Array(line(globe).dropLast(20).suffix(2))), .raw(Array(line(globe).suffix(20))), .done()]),
        .generated(
            "a line of a megabyte", String(repeating: "yes and ", count: 125_000) + "no.",
            [.token(String(repeating: "yes and ", count: 125_000) + "no."), .done()]),
        .fallback(
            "an answer of more", "the answer can't be read: an answer of more than 1 MiB",
            [.token("yes"), .token(String(repeating: " and ", count: 250_000)), .done()]),
        .fallback(
            "megabytes of a reason", "the model stopped for another reason than being done: rrr",
            [.token("Let"), .done(reason: String(repeating: "r", count: 7_000_000))]),
        .fallback(
            "megabytes of an error", "the answer broke off: EEE",
            [.token("Let"), .errorLine(String(repeating: "E", count: 5_000_000))]),
        .fallback(
            "a refusal that drives terminals", "Ollama answered 404:  [2Jno such model INFO consumer: ",
            [.error(404, "\u{1B}[2Jno such model\nINFO consumer: " + String(repeating: "x", count: 900_000))]),
        .generated(
            "megabytes of a model's name", "Well.",
            [.token("Well."), .chunk(last(#""model":"\#(String(repeating: "m", count: 7_000_000))""#))]),
        .generated(
            "counts that can't be right", "Well.",
            [.token("Well."), .chunk(last(#""prompt_eval_count":-9223372036854775808,"eval_count":1e300"#))]),
        .generated(
            "a body that stays open behind its last line", "Good.", [.token("Good."), .done(), .wait(Gate())]),
        .fallback(
            "a line without end", "the answer can't be read: a line of more than 8 MiB",
            Array(repeating: .raw([UInt8](repeating: 0x20, count: 1 << 20)), count: 10)),
        .fallback(
            "a repeat loop", "the model repeated itself without end",
            Array(repeating: .token("and "), count: 1000) + [.done()]),
        .fallback("a connection that is reset at once", "Ollama is not reachable at", [.reset]),
        resetInMidStream,
        longMessage("a long prompt that is read whole", tokensRead: 3000, isTruncated: false),
        longMessage("a prompt of which half is cut off", tokensRead: 900, isTruncated: true),
        address("0.0.0.0:%"), address("http://0.0.0.0:%"), address("127.0.0.1:%"), address("localhost:%/"),
        .fallback(
            "an answer that stops for another reason", "the model stopped for another reason than being done: unload",
            [.token("Let"), .done(reason: "unload")]),
    ]
}

@Suite("Each known case of a model's server going wrong", .timeLimit(.minutes(5)))
struct ModelCasesTests {
    /// Whatever hangs does so until a limit that its case doesn't set, in milliseconds: two minutes at the least.
    private static let hang = 100_000

    @Test("ends in time and labelled, and doesn't hold up the neighbours", arguments: ModelCase.all)
    func cases(_ wrong: ModelCase) async throws {
        let behaviour = Behaviour { request in
            request.messages.last?.content.contains("wrong1") == true
                ? wrong.steps : [.token("All "), .token("well."), .done()]
        }
        try await withRig(behaviour) { options in
            options.inFlightLimit = 2
            // Megabytes take their time in a build that watches memory, and no limit is to end that before a hang is one.
            options.tokenTimeout = options.firstTokenTimeout
            let port = options.servers[0].shown.split(separator: ":").last ?? ""
            options.servers = [.of(wrong.address.replacing("%", with: port))]
            wrong.limits(&options)
        } _: { rig in
            let bench = try StageBench(rig.server(), concurrency: 2)
            try await bench.run { output in
                bench.submit([
                    .of("wrong", 1, message: wrong.message), .of("well", 1), .of("well", 2), .of("well", 3),
                ])
                let entries = try await output.entries(4) { session in if session == "wrong" { wrong.heard.open() } }
                for entry in entries where entry.result.sessionID == "well" {
                    #expect(entry.response.status == .generated)
                    #expect(entry.response.text == "All well.")
                    #expect(entry.timing.total < Self.hang)
                }
                let entry = try #require(entries.first { $0.result.sessionID == "wrong" })
                #expect(entry.response.status == wrong.status)
                #expect(entry.response.truncated == wrong.isTruncated)
                // Whatever the server says, an entry stays one that can be read.
                #expect(entry.response.reason?.count ?? 0 < 300 && entry.response.model?.count ?? 0 <= 200)
                #expect(entry.response.promptTokens ?? 0 >= 0)
                #expect(rig.logs.lines.all.allSatisfy { $0.text.utf8.count < 1000 && !$0.text.contains("\u{1B}") })
                #expect(entry.timing.total < Self.hang)
                if wrong.status == .generated {
                    #expect(entry.response.text == wrong.outcome)
                    #expect(entry.response.reason == nil)
                } else {
                    #expect(entry.response.reason?.hasPrefix(wrong.outcome) == true, "\(entry.response.reason ?? "")")
                    #expect(entry.response.text == CannedReply.reply(to: entry.result.conversation))
                    #expect(entry.response.model == nil)
                }
            }
        }
    }

    @Test("A model that its server runs elsewhere isn't asked: what customers say stays here")
    func remote() async throws {
        let list = #"{"models":[{"name":"qwen:32b","model":"qwen:32b","remote_host":"https://ollama.com:443"}]}"#
        var behaviour = Behaviour()
        behaviour.overrides["/api/tags"] = [.status(200, list)]
        try await withRig(behaviour) { rig in
            let answer = await rig.server().answer(Question([.customer("Hello?")])) { _ in }
            #expect(answer.response.status == .fallback)
            #expect(answer.response.reason?.contains("https://ollama.com:443") == true)
            #expect(rig.stub.chats.count == 0)
        }
    }
}
