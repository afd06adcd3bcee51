/// The consumer's settings that have something particular.
import Answering
import Common
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
        case "model": answers.standingModel
        case "server": answers.standingServers
        case "state-dir": ephemeral ? nil : Standing([StateFolder.standard], from: "default")
        case "feedback-endpoint": Standing([Self.usualFeedback], from: "default, if it is free")
        default: nil
        }
    }
}

extension AnswerOptions {
    fileprivate var standingModel: Standing? {
        guard let model = try? environment.model() else { return nil }
        return Standing([model], from: environment.modelVariable ?? "default")
    }

    fileprivate var standingServers: Standing? {
        guard responder.asks, let servers = try? environment.servers() else { return nil }
        return Standing(servers.map(\.shown), from: environment.serverVariable ?? "default")
    }
}
