/// A server and a client for one test.
import AsyncHTTPClient
import OllamaStub
import TestSupport

@testable import Answering

/// A stub of Ollama, and what is needed to talk to it.
struct Rig: Sendable {
    let stub: OllamaStub
    let options: ModelOptions
    let http: HTTPClient
    let logs = LogCapture()

    /// A client of the stub.
    var client: OllamaClient { OllamaClient(server: stub.baseURL, options: options, http: http) }

    /// Whoever asks the stub, and no other server.
    func server(model: String = "qwen:32b") -> ModelResponder {
        var options = options
        options.model = model
        return ModelResponder(options, http: http, logger: logs.logger)
    }

    /// How often the stub was asked for its models.
    var lookUps: Int { stub.requests.all.filter { $0.path == "/api/tags" }.count }

    fileprivate func end() async {
        try? await stub.stop()
        try? await http.shutdown()
    }
}

/// Lends a stub and a client of it to `body`. No limit is short unless `adjust` makes it so.
func withRig(
    _ behaviour: Behaviour = Behaviour(), adjust: (inout ModelOptions) -> Void = { _ in },
    _ body: (Rig) async throws -> Void
) async throws {
    let stub = try await OllamaStub.start(behaviour)
    var options = ModelOptions(servers: [stub.baseURL], model: "qwen:32b")
    adjust(&options)
    let rig = Rig(stub: stub, options: options, http: ModelHTTP.makeClient(options))
    do {
        try await body(rig)
    } catch {
        await rig.end()
        throw error
    }
    await rig.end()
}
