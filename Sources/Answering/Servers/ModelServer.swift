/// One server and what is known of it.
import Logging

/// Knows which model really runs on a server, and says in the log what there is to know.
actor ModelServer {
    private let client: any ModelClient
    private let options: ModelOptions
    private let logger: Logger
    /// The model that runs for the one wanted; nil until it has been looked up, and after a failure.
    private var model: String?
    /// What has been said since the last answer, so that it isn't said again for every window.
    private var notices: Set<String> = []

    init(_ client: any ModelClient, _ options: ModelOptions, logger: Logger) {
        self.client = client
        self.options = options
        self.logger = logger
    }

    /// Looks up which model to use, and logs what there is to know about it.
    func lookUp() async {
        do {
            _ = try await findModel()
        } catch {
            notice(.warning, "No model yet on \(client.server): \(Self.words(error))")
        }
    }

    /// - Throws: ``ModelFailure``.
    func chat(
        _ prompt: String, until end: ContinuousClock.Instant, onPiece: @escaping PieceHandler
    ) async throws -> Completion {
        do {
            let patience = Patience(options, from: .now, until: end)
            let chat = try await patience.watch { [self] in
                try await client.chat(model: findModel(), prompt: prompt, patience: patience, onPiece: onPiece)
            }
            notices.removeAll()
            return chat
        } catch {
            if !Task.isCancelled { model = nil }
            throw error
        }
    }

    /// Says that a question wasn't answered.
    func report(_ failure: any Error) {
        notice(.warning, "No answer from \(client.server): \(Self.words(failure))")
    }

    /// A failure for the log.
    private static func words(_ failure: any Error) -> String { (failure as? ModelFailure)?.forLog ?? "\(failure)" }

    /// The name of the model to ask for.
    private func findModel() async throws -> String {
        if let model { return model }
        // A server that doesn't say what it has is asked for what is wanted.
        let installed = try await client.installedModels() ?? [InstalledModel(name: options.model)]
        guard let found = ModelName.find(options.model, among: installed.map(\.name)) else {
            notice(
                .warning,
                "Model \(options.model) is not installed on \(client.server). Installed: \(ServerText.list(installed.map(\.name))).\(options.dialect == .ollama ? " To get it: ollama pull \(ModelName.pullable(options.model))" : "")"
            )
            throw ModelFailure.notInstalled(model: options.model)
        }
        if let host = installed.first(where: { $0.name == found })?.remoteHost, !host.isEmpty {
            throw ModelFailure.remote(model: found, host: ServerText(host))
        }
        if found != options.model && found != options.model + ":latest" {
            notice(
                .warning,
                "Model \(options.model) is not installed; using \(found), as it is usually called, on \(client.server)")
        } else {
            notice(.info, "Model \(found) is installed on \(client.server)")
        }
        model = found
        return found
    }

    private func notice(_ level: Logger.Level, _ text: String) {
        // Texts may differ each time, by the number of a request for example.
        if notices.count > 100 { notices.removeAll() }
        guard notices.insert(text).inserted else { return }
        logger.log(level: level, "\(text)")
    }
}
