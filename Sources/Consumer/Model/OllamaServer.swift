/// One Ollama server and what is known of it.
import Common
import Logging

/// Knows which model really runs on a server, retries once where that may help, and stops asking a server that is down.
actor OllamaServer {
    private let client: OllamaClient
    private let wanted: String
    private let logger: Logger
    private var breaker = CircuitBreaker()
    /// The model that runs for the one wanted; nil until it has been looked up, and after a failure.
    private var model: String?
    /// What has been said since the last answer, so that it isn't said again for every window.
    private var notices: Set<String> = []

    init(_ client: OllamaClient, model: String, logger: Logger) {
        self.client = client
        wanted = model
        self.logger = logger
    }

    /// Looks up which model to use, and logs what there is to know about it.
    func lookUp() async {
        do {
            _ = try await findModel()
        } catch {
            notice(.warning, "No model yet: \(error). Windows get labelled fallback replies until there is one.")
        }
    }

    /// - Throws: ``ModelFailure``.
    func chat(_ prompt: String, onToken: @escaping @Sendable (String) async -> Void) async throws -> OllamaClient.Chat {
        guard breaker.mayAsk(at: .now) else { throw KnownFailure(description: breaker.reason) }
        do {
            let chat = try await ask(prompt, onToken: onToken)
            breaker.succeeded()
            notices.removeAll()
            return chat
        } catch let failure {
            if !Task.isCancelled {
                model = nil
                breaker.failed("\(failure)", at: .now)
                notice(.warning, "No answer from \(client.server): \(failure)")
            }
            throw failure
        }
    }

    private func ask(_ prompt: String, onToken: @escaping @Sendable (String) async -> Void) async throws
        -> OllamaClient.Chat
    {
        do {
            return try await client.chat(model: findModel(), prompt: prompt, onToken: onToken)
        } catch let failure as ModelFailure where failure.isWorthRetrying {
            // A little apart, so that questions that failed together aren't asked again together.
            try await Task.sleep(for: .milliseconds(.random(in: 50...250)))
            return try await client.chat(model: findModel(), prompt: prompt, onToken: onToken)
        }
    }

    /// The name of the model to ask for.
    private func findModel() async throws -> String {
        if let model { return model }
        let installed = try await client.installedModels()
        guard let found = ModelName.find(wanted, among: installed) else {
            let names = installed.isEmpty ? "none" : installed.sorted().joined(separator: ", ")
            notice(
                .warning,
                "Model \(wanted) is not installed on \(client.server). Installed: \(names). To get it: ollama pull \(ModelName.pullable(wanted))"
            )
            throw ModelFailure.notInstalled(model: wanted)
        }
        if found != wanted && found != wanted + ":latest" {
            notice(.warning, "Model \(wanted) is not installed; using \(found), which is Ollama's name for it")
        } else {
            notice(.info, "Model \(found) is installed on \(client.server)")
        }
        model = found
        return found
    }

    private func notice(_ level: Logger.Level, _ text: String) {
        guard notices.insert(text).inserted else { return }
        logger.log(level: level, "\(text)")
    }
}

/// A failure that is known without asking: the server's last one, while the circuit breaker is open.
struct KnownFailure: Error, CustomStringConvertible {
    let description: String
}
