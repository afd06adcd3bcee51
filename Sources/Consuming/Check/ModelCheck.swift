/// Looking at a model's server.
import Answering

/// Finds out which model would be asked on a server, how much it takes, and whether it answers.
struct ModelCheck {
    private let client: any ModelClient
    private let options: ModelOptions

    /// - Parameter client: one that asks for a single token.
    init(_ client: any ModelClient, _ options: ModelOptions) {
        self.client = client
        self.options = options
    }

    func findings() async -> [Check.Finding] {
        do {
            let (found, model, contextTokens) = try await model()
            guard let model else { return [found] }
            return [found] + context(contextTokens) + [await answer(of: model)]
        } catch {
            return [finding(.problem, ModelFailure.words(error))]
        }
    }

    /// What is said of the model, the name by which to ask for it, and what it takes, as far as that is known. The name is nil
    /// where it needn't be asked.
    ///
    /// - Throws: ``ModelFailure``.
    private func model() async throws -> (Check.Finding, name: String?, contextTokens: Int?) {
        let (wanted, server) = (options.model, client.server)
        guard let installed = try await client.installedModels() else {
            return (finding(.note, "\(server) doesn't say which models it has"), wanted, nil)
        }
        guard let name = ModelName.find(wanted, among: installed.map(\.name)) else {
            // Others than Ollama may answer to names that they don't list.
            let isOllama = options.dialect == .ollama
            let get = isOllama ? "; to get it: ollama pull \(ModelName.pullable(wanted))" : ""
            return (
                finding(
                    isOllama ? .problem : .note,
                    "\(wanted) is not installed on \(server), which has \(ServerText.list(installed.map(\.name)))\(get)"
                ),
                isOllama ? nil : wanted, nil
            )
        }
        let model = installed.first { $0.name == name }
        if let host = model?.remoteHost, !host.isEmpty {
            throw ModelFailure.remote(model: name, host: ServerText(host))
        }
        let found =
            name == wanted
            ? finding(.ok, "\(name) on \(server)") : finding(.note, "\(name) on \(server) runs for \(wanted)")
        if let listed = model?.contextTokens { return (found, name, listed) }
        return (found, name, await client.contextTokens(of: name))
    }

    private func context(_ tokens: Int?) -> [Check.Finding] {
        guard let tokens, tokens < options.contextTokens else { return [] }
        return [
            Check.Finding(
                verdict: .note, subject: "context",
                text: "\(client.server) takes \(tokens) tokens, less than --num-ctx (\(options.contextTokens))")
        ]
    }

    private func answer(of model: String) async -> Check.Finding {
        do {
            let time = try await client.firstToken(of: model, options)
            let tenths = Int((time / .milliseconds(100)).rounded())
            return Check.Finding(
                verdict: .ok, subject: "answer",
                text: "\(client.server) answered one token after \(tenths / 10).\(tenths % 10) s")
        } catch {
            // The daemon would wait for it.
            let isNotYet = (error as? ModelFailure)?.isNotYet == true
            return Check.Finding(
                verdict: isNotYet ? .note : .problem, subject: "answer", text: "none from \(client.server): \(error)")
        }
    }

    private func finding(_ verdict: Check.Finding.Verdict, _ text: String) -> Check.Finding {
        Check.Finding(verdict: verdict, subject: "model", text: text)
    }
}
