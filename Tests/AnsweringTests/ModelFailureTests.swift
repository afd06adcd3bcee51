/// Failures in words.
import Testing

@testable import Answering

@Suite("Failures of a model", .timeLimit(.minutes(5)))
struct ModelFailureTests {
    @Test(
        "A failure says what happened, with its limit in seconds",
        arguments: [
            (.noFirstToken(.seconds(120)), "no answer began within 120 s"),
            (.stalled(.milliseconds(1500)), "the answer stopped for more than 1.5 s"),
            (.tookTooLong(.seconds(300)), "the answer was not complete within 300 s"),
            (.refused(status: 404, message: "model 'x' not found"), "Ollama answered 404: model 'x' not found"),
            (
                .unreachable(server: "http://gpu:1", detail: "connection refused"),
                "Ollama is not reachable at http://gpu:1: connection refused"
            ),
            (.notInstalled(model: "quen:32b"), "model quen:32b is not installed"),
        ] as [(ModelFailure, String)])
    func words(failure: ModelFailure, text: String) {
        #expect("\(failure)" == text)
    }

    @Test(
        "Asking again is worth it where nothing had been answered and the server said so at once, or went away",
        arguments: [
            (.unreachable(server: "http://gpu:1", detail: "connection refused"), true),
            (.refused(status: 500, message: ""), true),
            (.refused(status: 503, message: ""), true),
            (.refused(status: 404, message: ""), false),
            (.noFirstToken(.seconds(1)), false),
            (.brokeOff(""), false), (.connectionLost(""), true), (.endedEarly, true),
            (.empty, true), (.usedUp, false), (.repeating, false),
            (.notInstalled(model: "quen:32b"), false),
        ] as [(ModelFailure, Bool)])
    func retries(failure: ModelFailure, isWorthRetrying: Bool) {
        #expect(failure.isWorthRetrying == isWorthRetrying)
    }

    @Test(
        "A question waits only for a server that may be ready in a while",
        arguments: [
            (.unreachable(server: "", detail: "connection refused"), true),
            (.unreachable(server: "", detail: "connection reset by peer"), true),
            (.unreachable(server: "", detail: "the host's name isn't known"), false),
            (.unreachable(server: "", detail: "the connection could not be made secure (TLS)"), false),
            (.refused(status: 503, message: "Loading model"), true), (.refused(status: 429, message: ""), true),
            (.refused(status: 502, message: ""), true), (.refused(status: 500, message: "out of memory"), false),
            (.refused(status: 500, message: "Loading model"), true), (.refused(status: 404, message: "x"), false),
            (.notFinished(doneReason: "load"), true), (.notFinished(doneReason: "unload"), false), (.empty, false),
            (.noFirstToken(.seconds(1)), false),
        ] as [(ModelFailure, Bool)])
    func notYet(failure: ModelFailure, isNotYet: Bool) {
        #expect(failure.isNotYet == isNotYet)
    }
}
