/// How long Ollama is waited for.
import AnsweringRig
import OllamaStub
import Testing

@testable import Answering

@Suite("Patience with Ollama", .timeLimit(.minutes(5)))
struct OllamaPatienceTests {
    private let silence = Gate()

    @Test("A model that says nothing is given up on, and hung up on")
    func noFirstToken() async throws {
        try await withRig(
            .answering(.wait(silence)), adjust: { $0.firstTokenTimeout = .milliseconds(200) }
        ) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.noFirstToken(.milliseconds(200)))
            // Ollama stops generating when its client is gone.
            try await rig.stub.abandoned.first(1)
        }
    }

    // The limit for the first token must not hold back the shorter one between tokens: it is far beyond this suite's own.
    @Test(
        "A model that stops after its first token, or first thought, is given up on in time, and hung up on",
        arguments: [.token("Let me"), .thinking("They want")] as [Step])
    func stalled(first: Step) async throws {
        try await withRig(
            .answering(first, .wait(silence)),
            adjust: {
                $0.firstTokenTimeout = .seconds(280)
                $0.tokenTimeout = .milliseconds(200)
            }
        ) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.stalled(.milliseconds(200)))
            try await rig.stub.abandoned.first(1)
        }
    }

    @Test("A model that never comes to an end is given up on")
    func tookTooLong() async throws {
        let endless: [Step] =
            [Step.drip(interval: .milliseconds(20))] + (0..<2000).map { Step.token("and \($0) ") }
        try await withRig(
            Behaviour { _ in endless }, adjust: { $0.answerTimeout = .milliseconds(400) }
        ) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.tookTooLong(.milliseconds(400)))
            try await rig.stub.abandoned.first(1)
        }
    }

    @Test("The limit for the whole answer holds before the first token, too")
    func totalBeforeFirstToken() async throws {
        try await withRig(
            .answering(.wait(silence)), adjust: { $0.answerTimeout = .milliseconds(200) }
        ) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.tookTooLong(.milliseconds(200)))
        }
    }

    @Test("An answer whose first line never comes to its end is given up on")
    func endlessLine() async throws {
        let line = Behaviour.answering(.chunk(#"{"model":"#), .wait(silence))
        try await withRig(line, adjust: { $0.firstTokenTimeout = .milliseconds(200) }) { rig in
            let failure = try await rig.client.failure()
            #expect(failure == ModelFailure.noFirstToken(.milliseconds(200)))
        }
    }
}
