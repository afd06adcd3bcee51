/// A server and a client for one test.
import Answering
import AsyncHTTPClient
import OllamaStub
import TestSupport

/// A stub of Ollama, and what is needed to talk to it.
package struct Rig: Sendable {
    package let stub: OllamaStub
    package let options: ModelOptions
    package let http: HTTPClient
    package let logs = LogCapture()

    /// Whoever asks the stub, and no other server.
    package func server(model: String = "qwen:32b") -> ModelResponder {
        var options = options
        options.model = model
        return ModelResponder(options, http: http, logger: logs.logger)
    }

    /// How often the stub was asked for its models.
    package var lookUps: Int { stub.requests.all.filter { $0.path == "/api/tags" }.count }

    fileprivate func end() async {
        try? await stub.stop()
        try? await http.shutdown()
    }
}

/// Lends a stub and a client of it to `body`. No limit is short unless `adjust` makes it so.
package func withRig(
    _ behaviour: Behaviour = Behaviour(), adjust: (inout ModelOptions) -> Void = { _ in },
    _ body: (Rig) async throws -> Void
) async throws {
    let stub = try await OllamaStub.start(behaviour)
    var options = ModelOptions(servers: [.of(stub.baseURL)], model: "qwen:32b")
    // Nobody is waited for who isn't there.
    options.absenceTimeout = .zero
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

extension ModelAddress {
    /// The address of a stub, which can be read.
    package static func of(_ url: String, for dialect: ModelOptions.Dialect = .ollama) -> ModelAddress {
        guard let address = try? ModelAddress.list(url, for: dialect, called: "the stub's address").first else {
            preconditionFailure("\(url) is no address")
        }
        return address
    }
}
