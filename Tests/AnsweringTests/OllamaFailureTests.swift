/// Questions to Ollama that aren't answered.
import AnsweringRig
import OllamaStub
import Testing

@testable import Answering

@Suite("Ollama's failures", .timeLimit(.minutes(5)))
struct OllamaFailureTests {
    @Test("A body that ends without its last line is no answer")
    func endedEarly() async throws {
        try await withRig(.answering(.token("Let me"), .close)) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.endedEarly)
        }
    }

    @Test("A body without a single line is no answer")
    func nothing() async throws {
        try await withRig(.answering(.close)) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.endedEarly)
        }
    }

    @Test("An error in mid-stream is passed on in Ollama's words")
    func errorLine() async throws {
        let message = "an error was encountered while running the model: unexpected EOF"
        try await withRig(.answering(.token("Let me"), .errorLine(message))) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.brokeOff(ServerText(message)))
        }
    }

    @Test(
        "A refusal is passed on in Ollama's words",
        arguments: [
            (400, "\"qwen:32b\" does not support chat"),
            (404, "model \"qwen:32b\" not found, try pulling it first"),
            (500, "model runner has unexpectedly stopped, this may be due to resource limitations"),
            (503, "server busy, please try again.  maximum pending requests exceeded"),
        ] as [(Int, String)])
    func refusal(status: Int, message: String) async throws {
        try await withRig(.answering(.error(status, message))) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.refused(status: status, message: ServerText(message)))
        }
    }

    @Test("A model that isn't installed is refused by name")
    func unknownModel() async throws {
        try await withRig { rig in
            let failure = try await rig.client.failure(model: "llama3:8b")
            #expect(failure == ModelFailure.refused(status: 404, message: "model 'llama3:8b' not found"))
        }
    }

    @Test("A refusal without a word is passed on with its status's name")
    func silentRefusal() async throws {
        try await withRig(.answering(.status(403, ""))) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.refused(status: 403, message: "Forbidden"))
        }
    }

    @Test("A web page instead of an answer is recognised as none")
    func webPage() async throws {
        let page = Step.status(
            200, "<!DOCTYPE html>\n<html><body>Please sign in</body></html>\n", headers: ["Content-Type": "text/html"])
        try await withRig(.answering(page)) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.notAnAnswer("<!DOCTYPE html> <html><body>Please sign in</body></html>"))
        }
    }

    @Test(
        "An answer without text is no answer",
        arguments: [
            [.done()],
            [.token(" "), .token("\n"), .done()],
            [.thinking("They want a loan."), .done()],
            [.token("<think>They want a loan.</think>"), .done()],
        ] as [[Step]])
    func empty(steps: [Step]) async throws {
        try await withRig(Behaviour { _ in steps }) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.empty)
        }
    }

    @Test("One that consists of thoughts up to its limit isn't asked for again")
    func usedUp() async throws {
        try await withRig(.answering(.token("<think>They want a loan."), .done(reason: "length"))) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.usedUp)
            #expect("\(ModelFailure.usedUp)" == "the model's answer was empty")
        }
    }

    @Test("An answer that stops for another reason than being done is no answer")
    func otherReason() async throws {
        try await withRig(.answering(.done(reason: "load"))) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.notFinished(doneReason: "load"))
        }
    }

    @Test("A connection that is reset in mid-stream breaks the answer off")
    func reset() async throws {
        let begun = Gate()
        try await withRig(.answering(.token("Let me"), .wait(begun), .reset)) { rig in
            let failure = try await rig.client.failure { _ in begun.open() }
            #expect(failure?.isBreakOff == true)
        }
    }

    @Test("A server that dies in mid-stream breaks the answer off")
    func death() async throws {
        let (begun, silence) = (Gate(), Gate())
        try await withRig(.answering(.token("Let me"), .wait(silence))) { rig in
            async let asking = rig.client.failure { _ in begun.open() }
            await begun.wait()
            try await rig.stub.stop()
            let failure = try await asking
            #expect(failure?.isBreakOff == true)
        }
    }

    @Test("A server that isn't there is found out at once, not after the time for connecting")
    func unreachable() async throws {
        try await withHeldPort { port in
            try await withRig(adjust: { $0.connectTimeout = .seconds(50) }) { rig in
                let server = "http://127.0.0.1:\(port)"
                let client = OllamaClient(at: .of(server), options: rig.options, exchange: rig.http.exchange)
                let begun = ContinuousClock.now
                let failure = try await client.failure()
                let took = ContinuousClock.now - begun
                #expect(failure == ModelFailure.unreachable(server: server, detail: "connection refused"))
                #expect(took < Duration.seconds(20))
            }
        }
    }

    @Test("A server that hangs up before it has said anything is unreachable")
    func hangUp() async throws {
        try await withRig(.answering(.reset)) { rig in
            let failure = try await rig.client.failure()
            guard case .unreachable(let server, _, _)? = failure else {
                Issue.record("it was \(String(describing: failure))")
                return
            }
            #expect(server == rig.stub.baseURL)
        }
    }

    @Test("A redirect isn't followed: the prompt goes nowhere else")
    func redirect() async throws {
        let elsewhere = try await OllamaStub.start()
        let there = Step.status(307, "", headers: ["Location": elsewhere.baseURL + "/api/chat"])
        try await withRig(.answering(there)) { rig in
            let failure = try await rig.client.failure()
            #expect(
                failure
                    == ModelFailure.refused(status: 307, message: "it says that it has moved to \(elsewhere.baseURL)"))
            #expect(elsewhere.requests.count == 0)
        }
        try await elsewhere.stop()
    }
}
