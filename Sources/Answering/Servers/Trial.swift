/// Finding out whether a model answers.

extension ModelClient {
    /// Asks a model for a single token, with the limits of any other question.
    ///
    /// - Parameter options: those with which this client was made; see ``ModelOptions/forOneToken``.
    /// - Returns: how long it took, loading the model included.
    /// - Throws: ``ModelFailure``.
    package func firstToken(of model: String, _ options: ModelOptions) async throws -> Duration {
        let start = ContinuousClock.now
        let patience = Patience(options, from: start)
        return try await patience.watch {
            do {
                let answer = try await chat(model: model, prompt: Prompt("Hello!"), patience: patience) { _ in }
                return (answer.firstToken ?? .now) - start
            } catch ModelFailure.usedUp, ModelFailure.empty {
                // A thought is one, too, and so is one that stands for nothing in a text.
                return .now - start
            }
        }
    }
}

extension ModelOptions {
    /// The same, for an answer of one token.
    package var forOneToken: ModelOptions {
        var options = self
        options.answerTokens = 1
        return options
    }
}
