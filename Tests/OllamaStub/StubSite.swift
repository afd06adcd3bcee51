/// What the stub does with each request.
import Synchronization

/// Ollama's routes. Safe to use from every connection at once.
final class StubSite: Sendable {
    private struct State {
        var behaviour: Behaviour
        var chats = 0
        /// Models that have been asked, with their contexts.
        var loaded: [String: Int] = [:]
    }

    let requests = Recorded<StubRequest>()
    let chats = Recorded<StubRequest>()
    let abandoned = Recorded<StubRequest>()
    private let state: Mutex<State>

    private static let plain = ["Content-Type": "text/plain; charset=utf-8"]
    private static let json = ["Content-Type": "application/json; charset=utf-8"]

    init(_ behaviour: Behaviour) { state = Mutex(State(behaviour: behaviour)) }

    func become(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    func record(_ request: StubRequest) {
        requests.append(request)
        if request.path == "/api/chat" { chats.append(request) }
    }

    func answer(_ request: StubRequest, _ response: StubResponse) async {
        do {
            try await route(request, response)
        } catch {
            // Whatever went wrong, the client doesn't have its answer.
            abandoned.append(request)
        }
    }

    private func route(_ request: StubRequest, _ response: StubResponse) async throws {
        var response = response
        let (behaviour, loaded) = state.withLock { ($0.behaviour, $0.loaded) }
        if let steps = behaviour.overrides[request.path] {
            var player = ScriptPlayer(model: "", isStreamed: true, response: response)
            return try await player.play(steps)
        }
        switch "\(request.method) \(request.path)" {
        case "GET /": try await response.send(200, "Ollama is running", headers: Self.plain)
        case "GET /api/version":
            try await response.send(200, StubJSON { $0.add("version", behaviour.version) }.text, headers: Self.json)
        case "GET /api/tags":
            try await response.send(200, StubModels.tags(behaviour.models), headers: Self.json)
        case "GET /api/ps": try await response.send(200, StubModels.running(loaded), headers: Self.json)
        case "POST /api/show": try await show(request, behaviour, &response)
        case "POST /api/chat": try await chat(request, behaviour, &response)
        default: try await response.send(404, "404 page not found", headers: Self.plain)
        }
    }

    private func show(_ request: StubRequest, _ behaviour: Behaviour, _ response: inout StubResponse) async throws {
        guard let model = try await model(of: request, behaviour, &response)?["model"]?.string else { return }
        try await response.send(200, StubModels.description(of: model), headers: Self.json)
    }

    private func chat(_ request: StubRequest, _ behaviour: Behaviour, _ response: inout StubResponse) async throws {
        guard let json = try await model(of: request, behaviour, &response) else { return }
        let number = state.withLock { state in
            state.chats += 1
            return state.chats
        }
        let chat = ChatRequest(number: number, json: json)
        if chat.messages.isEmpty {
            // Ollama loads the model, or with `keep_alive: 0` unloads it, and says that it has.
            let reason = chat.json["keep_alive"] == 0 ? "unload" : "load"
            return try await response.send(
                200, ChatLines(model: chat.model).done(reason: reason), headers: Self.json)
        }
        state.withLock { $0.loaded[chat.model] = chat.json["options"]?["num_ctx"]?.integer ?? 4096 }
        var player = ScriptPlayer(model: chat.model, isStreamed: chat.isStreamed, response: response)
        try await player.play(behaviour.script(chat))
    }

    /// The request's body, when it names a model that is installed. Otherwise the client is told what is wrong.
    private func model(
        of request: StubRequest, _ behaviour: Behaviour, _ response: inout StubResponse
    ) async throws -> JSON? {
        func refuse(_ status: Int, _ message: String) async throws -> JSON? {
            try await response.send(status, ChatLines.error(message), headers: Self.json)
            return nil
        }
        guard let first = request.body.first else { return try await refuse(400, "missing request body") }
        guard let json = try? JSON(request.body) else {
            let character = Character(Unicode.Scalar(first))
            return try await refuse(400, "invalid character '\(character)' looking for beginning of value")
        }
        guard let model = json["model"]?.string, !model.isEmpty else {
            return try await refuse(400, "model is required")
        }
        guard behaviour.hasInstalled(model) else { return try await refuse(404, "model '\(model)' not found") }
        return json
    }
}
