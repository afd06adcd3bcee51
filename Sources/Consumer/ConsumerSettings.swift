/// The consumer's settings that have something particular.
import Common
import Consuming
import Settings

extension ConsumerCommand {
    static var deeds: Set<String> { ["check", "forget-session"] }

    /// Who is asked, what, and for how long it is waited.
    static var changeable: Set<String> {
        [
            "model", "server", "api-key-file", "concurrency", "server-concurrency", "prompt-form", "prompt-file",
            "system-prompt", "mask", "temperature", "seed", "num-ctx", "num-predict", "keep-alive",
            "first-token-timeout", "token-timeout", "answer-timeout",
        ]
    }

    func standing(for name: String) -> Standing? {
        switch name {
        case "model": answers.environment.standingModel.map { Standing([$0.value], from: $0.variable ?? "default") }
        case "server": answers.environment.standingServers.map { Standing($0.value, from: $0.variable ?? "default") }
        case "state-dir": ephemeral ? nil : Standing([StateFolder.standard], from: "default")
        case "feedback-endpoint": Standing([FeedbackEndpoint.usual.endpoint], from: "default, if it is free")
        default: nil
        }
    }
}
