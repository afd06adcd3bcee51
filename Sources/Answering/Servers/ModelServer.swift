/// One server and what is known of it.
import Logging

/// Knows which model really runs on a server, and says in the log what there is to know.
actor ModelServer {
    /// Where a server doesn't say how much it takes, a prompt is halved so often.
    private static let mostHalvings = 3

    /// Its address, as it may be shown.
    nonisolated let address: String
    private let client: any ModelClient
    private let options: ModelOptions
    private let logger: Logger
    /// The model that runs for the one wanted; nil until it has been looked up, and after a failure.
    private var model: String?
    /// What the model takes there, in tokens, as far as the server has said; nil where it hasn't.
    private var contextTokens: Int?
    /// So much of a conversation it has taken, in bytes, when it had refused twice as much without saying how much it takes.
    private var room = Int.max
    /// The models that it says it has; nil where it doesn't say.
    private var listed: [String]?
    /// What has been said since the last answer, so that it isn't said again for every window.
    private var notices: Set<String> = []

    init(_ client: any ModelClient, _ options: ModelOptions, logger: Logger) {
        address = client.server
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
        _ question: Question, until end: ContinuousClock.Instant, onPiece: @escaping PieceHandler
    ) async throws -> Completion {
        do {
            let patience = Patience(options, from: .now, until: end)
            let chat = try await patience.watch { [self] in try await ask(question, patience, onPiece) }
            notices.removeAll()
            return chat
        } catch {
            if !Task.isCancelled {
                model = nil
                // One that starts anew may take more.
                if (error as? ModelFailure)?.overflow == nil { room = .max }
            }
            throw explained(error)
        }
    }

    /// Asks, and asks again in fewer words where the server says that the prompt is too long for it.
    private func ask(
        _ question: Question, _ patience: Patience, _ onPiece: @escaping PieceHandler
    ) async throws -> Completion {
        let model = try await findModel()
        var prompt = question.prompt(options, within: contextTokens, room: room)
        // How often it has been put in fewer words, and whether by halving it.
        var (cuts, isHalved) = (0, false)
        while true {
            do {
                let chat = try await client.chat(model: model, prompt: prompt, patience: patience, onPiece: onPiece)
                if isHalved { room = min(room, prompt.conversationSize) }
                return chat.cut(prompt.isCut || cuts > 0)
            } catch let failure as ModelFailure {
                guard cuts < Self.mostHalvings, let overflow = failure.overflow,
                    let shorter = shorten(question, than: prompt, overflow)
                else { throw failure }
                prompt = shorter
                isHalved = overflow.contextTokens == nil
                // What is cut for the context that a server names fits, or something else is wrong.
                cuts = isHalved ? cuts + 1 : Self.mostHalvings
                await onPiece(.startOver)
            }
        }
    }

    /// The words for a server that has refused others as too long: those for the context that it names, which are taken from then
    /// on, or with half of the conversation where it names none, or its tokens are shorter than was thought.
    ///
    /// - Returns: nil where there is nothing left to leave out.
    private func shorten(_ question: Question, than prompt: Prompt, _ overflow: ContextOverflow) -> Prompt? {
        if let told = overflow.contextTokens {
            if told < contextTokens ?? options.contextTokens {
                notice(
                    .warning,
                    "\(client.server) takes \(told) tokens, less than --num-ctx (\(options.contextTokens)): prompts are cut for that"
                )
            }
            contextTokens = min(told, contextTokens ?? told)
            let fitting = question.prompt(options, within: contextTokens)
            if fitting.conversationSize < prompt.conversationSize { return fitting }
        }
        let half = question.prompt(options, within: contextTokens, room: prompt.conversationSize / 2)
        return half.conversationSize < prompt.conversationSize ? half : nil
    }

    /// Says that questions wait for it.
    func reportWaiting(_ failure: any Error) {
        notice(.warning, "Waiting for \(client.server), which isn't ready yet: \(Self.words(failure))")
    }

    /// Says that a question wasn't answered. One that was taken back isn't the server's.
    func report(_ failure: any Error) {
        guard !(failure is CancellationError) else { return }
        notice(.warning, "No answer from \(client.server): \(Self.words(failure))")
    }

    /// A failure for the log.
    private static func words(_ failure: any Error) -> String {
        (failure as? ModelFailure)?.forLog ?? ModelFailure.words(failure)
    }

    /// The name of the model to ask for. What the server lists helps to find it, and no more: only the server itself can say
    /// that it hasn't got it.
    private func findModel() async throws -> String {
        if let model { return model }
        let listed = try await self.list()
        let names = listed?.map(\.name) ?? []
        let found = ModelName.find(options.model, among: names) ?? options.model
        if let host = listed?.first(where: { $0.name == found })?.remoteHost, !host.isEmpty {
            throw ModelFailure.remote(model: found, host: ServerText(host))
        }
        self.listed = listed == nil ? nil : names
        if listed == nil {
            notice(.info, "\(client.server) doesn't say which models it has; model \(found) is asked for")
        } else if !names.contains(found) {
            notice(.warning, "\(missing) It is asked for all the same.")
        } else if found.lowercased() != options.model.lowercased(), found != options.model + ":latest" {
            notice(
                .warning,
                "Model \(options.model) is not installed; using \(found), as it is usually called, on \(client.server)")
        } else {
            notice(.info, "Model \(found) is installed on \(client.server)")
        }
        let length = listed?.first { $0.name == found }?.contextTokens
        contextTokens = if let length { length } else { await client.contextTokens(of: found) }
        if let contextTokens, contextTokens < options.contextTokens {
            notice(
                .info,
                "Model \(found) takes \(contextTokens) tokens on \(client.server), less than --num-ctx (\(options.contextTokens)): prompts are cut for that"
            )
        }
        model = found
        return found
    }

    private static let onlyOfList: Set<String> = [
        "no answer in time", "the connection was closed", "connection reset by peer", "the connection failed",
        "what came isn't HTTP",
    ]

    /// What the server says it has; nil where it doesn't say, for whatever reason but that nobody is there.
    private func list() async throws -> [InstalledModel]? {
        do {
            return try await client.installedModels()
        } catch let failure as ModelFailure {
            // A list may hang, or end the connection, where questions are answered; or be refused because there are too many.
            let isListsOwn =
                if case .unreachable(_, let detail, _) = failure { Self.onlyOfList.contains(detail) } else { true }
            guard isListsOwn else { throw failure }
            return nil
        }
    }

    /// A failure in other words where it is that the server hasn't got the model.
    private func explained(_ failure: any Error) -> any Error {
        guard case ModelFailure.refusal(let refusal)? = failure as? ModelFailure, refusal.status == 404,
            let listed, ModelName.find(options.model, among: listed) == nil
        else { return failure }
        notice(.warning, missing)
        return ModelFailure.notInstalled(model: options.model)
    }

    private var missing: String {
        let get = options.dialect == .ollama ? " To get it: ollama pull \(ModelName.pullable(options.model))." : ""
        return
            "Model \(options.model) is not installed on \(client.server). Installed: \(ServerText.list(listed ?? [])).\(get)"
    }

    private func notice(_ level: Logger.Level, _ text: String) {
        // Texts may differ each time, by the number of a request for example.
        if notices.count > 100 { notices.removeAll() }
        guard notices.insert(text).inserted else { return }
        logger.log(level: level, "\(text)", metadata: ["server": "\(address)"])
    }
}
