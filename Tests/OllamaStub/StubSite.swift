/// What the stub does with each request.
import Synchronization
import TestSupport

/// Ollama's routes, OpenAI's among them. Safe to use from every connection at once.
final class StubSite: Sendable {
    private struct State {
        var behaviour: Behaviour
        /// Models that have been asked, with their contexts.
        var loaded: [String: Int] = [:]
    }

    /// A request that Ollama doesn't take, with what it says then.
    private struct Refusal: Error {
        let status: Int
        let message: String
    }

    /// What happens on a request.
    private struct Script {
        var steps: [Step]
        /// The chat that is answered; nil where the request is none.
        var chat: ChatRequest?
    }

    private static let usualContext = 4096

    let requests = Recorded<StubRequest>()
    let chats = Recorded<StubRequest>()
    let abandoned = Recorded<StubRequest>()
    private let state: Mutex<State>

    init(_ behaviour: Behaviour) { state = Mutex(State(behaviour: behaviour)) }

    func become(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    /// Takes note of a request.
    ///
    /// - Returns: its number among its like, from 1: chats are counted apart.
    func record(_ request: StubRequest) -> Int {
        let number = requests.append(request)
        return request.path == Dialect(path: request.path).chatPath ? chats.append(request) : number
    }

    /// - Parameter number: what ``record(_:)`` returned.
    func answer(_ request: StubRequest, _ number: Int, _ response: StubResponse) async {
        let script = script(for: request, number)
        let lines = Dialect(path: request.path).lines(for: script.chat)
        var player = ScriptPlayer(lines: lines, isStreamed: script.chat?.isStreamed ?? true, response: response)
        do {
            try await player.play(script.steps)
        } catch {
            // Whatever went wrong, the client doesn't have its answer.
            abandoned.append(request)
        }
    }

    private func script(for request: StubRequest, _ number: Int) -> Script {
        let behaviour = state.withLock { $0.behaviour }
        if let steps = behaviour.overrides[request.path] { return Script(steps: steps) }
        do {
            return try route(request, number, behaviour)
        } catch let refusal as Refusal {
            return Script(steps: [.error(refusal.status, refusal.message)])
        } catch {
            return Script(steps: [.error(500, "\(error)")])
        }
    }

    private func route(_ request: StubRequest, _ number: Int, _ behaviour: Behaviour) throws -> Script {
        switch "\(request.method) \(request.path)" {
        case "GET /": Script(steps: [.plain(200, "Ollama is running")])
        case "GET /api/version": Script(steps: [.json(StubJSON { $0.add("version", behaviour.version) }.text)])
        case "GET /api/tags": Script(steps: [.json(StubModels.tags(behaviour.models))])
        case "GET /api/ps": Script(steps: [.json(StubModels.running(state.withLock { $0.loaded }))])
        case "POST /api/show":
            Script(steps: [.json(StubModels.description(of: try read(request, behaviour).model))])
        case "POST /api/chat": try ollamaChat(chat(request, number, behaviour), behaviour)
        case "GET /v1/models": Script(steps: [.json(StubModels.openAIList(behaviour.models))])
        case "POST /v1/chat/completions": try openAIChat(chat(request, number, behaviour), behaviour)
        default: Script(steps: [.plain(404, "404 page not found")])
        }
    }

    private func chat(_ request: StubRequest, _ number: Int, _ behaviour: Behaviour) throws -> ChatRequest {
        ChatRequest(number: number, json: try read(request, behaviour).json, dialect: Dialect(path: request.path))
    }

    private func ollamaChat(_ chat: ChatRequest, _ behaviour: Behaviour) -> Script {
        if chat.messages.isEmpty {
            // Ollama loads the model, or with `keep_alive: 0` unloads it, and says that it has.
            let reason = chat.json["keep_alive"] == .number(0) ? "unload" : "load"
            return Script(steps: [.json(OllamaLines(model: chat.model).last(ChatEnd(reason: reason)))])
        }
        return played(chat, context: chat.json["options"]?["num_ctx"]?.integer ?? Self.usualContext, behaviour)
    }

    private func openAIChat(_ chat: ChatRequest, _ behaviour: Behaviour) throws -> Script {
        guard !chat.messages.isEmpty else { throw Refusal(status: 400, message: "[] is too short - 'messages'") }
        // This protocol has no word for the context.
        return played(chat, context: Self.usualContext, behaviour)
    }

    private func played(_ chat: ChatRequest, context: Int, _ behaviour: Behaviour) -> Script {
        state.withLock { $0.loaded[chat.model] = context }
        return Script(steps: behaviour.script(chat), chat: chat)
    }

    /// The request's body, and the model it names.
    private func read(_ request: StubRequest, _ behaviour: Behaviour) throws -> (json: JSON, model: String) {
        guard let first = request.body.first else { throw Refusal(status: 400, message: "missing request body") }
        guard let json = try? JSON(request.body) else {
            let character = Character(Unicode.Scalar(first))
            throw Refusal(status: 400, message: "invalid character '\(character)' looking for beginning of value")
        }
        guard let model = json["model"]?.string, !model.isEmpty else {
            throw Refusal(status: 400, message: "model is required")
        }
        // Of the servers that speak OpenAI's protocol, some list nothing and answer to any name.
        let isAnyTaken = behaviour.models.isEmpty && Dialect(path: request.path) == .openAI
        guard isAnyTaken || behaviour.hasInstalled(model) else {
            throw Refusal(status: 404, message: "model '\(model)' not found")
        }
        return (json, model)
    }
}

extension Step {
    fileprivate static func json(_ body: String) -> Step {
        .status(200, body, headers: ["Content-Type": "application/json; charset=utf-8"])
    }

    fileprivate static func plain(_ status: Int, _ body: String) -> Step {
        .status(status, body, headers: ["Content-Type": "text/plain; charset=utf-8"])
    }
}
