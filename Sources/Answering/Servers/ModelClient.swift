/// What the programs that run models have in common.

/// A piece of an answer on its way.
public enum AnswerPiece: Hashable, Sendable {
    case token(String)
    /// What has come so far doesn't count: the answer begins anew.
    case startOver
}

extension String {
    /// Goes on with some pieces: afterwards it is what of the answer can be seen.
    mutating func show(_ pieces: [AnswerPiece]) {
        for piece in pieces {
            switch piece {
            case .token(let token): self += token
            case .startOver: self = ""
            }
        }
    }
}

public typealias PieceHandler = @Sendable (AnswerPiece) async -> Void

/// A finished answer.
package struct Completion: Sendable {
    var text = ""
    /// What the model really said, where that isn't the text: its beginning.
    var raw: String?
    /// The one that ran.
    var model: ServerText
    var promptTokens: Int?
    var completionTokens: Int?
    /// The answer reached its length limit, or the model didn't see the whole prompt.
    var isTruncated = false
    /// It reached its length limit.
    var isCutOff = false
    /// Something that isn't an answer was cut off: turns that the model made up, or what it had said before.
    var isTrimmed = false
    /// When the first token came, be it a thought.
    var firstToken: ContinuousClock.Instant?
    /// From then to the last token; nil where that isn't known.
    var generation: Duration?

    init(model: ServerText) { self.model = model }

    /// The same, marked where the prompt was shortened.
    func cut(_ isCut: Bool) -> Completion {
        var completion = self
        completion.isTruncated = completion.isTruncated || isCut
        return completion
    }

    /// The same, marked where the model can't have seen the whole prompt.
    func asked(_ prompt: String) -> Completion {
        var completion = self
        if Prompt.wasCut(prompt, tokens: promptTokens) { completion.isTruncated = true }
        return completion
    }
}

/// A model on a server.
package struct InstalledModel: Hashable, Sendable {
    package var name: String
    /// Where the server sends the prompts of this model; nil: they stay on the server.
    package var remoteHost: String?
    /// What it takes, prompt and answer together, in tokens; nil where the list doesn't say.
    package var contextTokens: Int?
}

/// One server, in its own dialect.
package protocol ModelClient: Sendable {
    /// Its address, as it may be shown.
    var server: String { get }

    /// The models that it has; nil where it doesn't say.
    ///
    /// - Throws: ``ModelFailure``.
    func installedModels() async throws -> [InstalledModel]?

    /// What a model takes there, prompt and answer together, in tokens, where the list of models doesn't say it; nil where
    /// nothing else does either. Never fails: it helps to find the right words, and is needed for nothing.
    func contextTokens(of model: String) async -> Int?

    /// Asks a model and waits for its whole answer.
    ///
    /// - Parameters:
    ///   - patience: told of each piece; whoever calls this watches it.
    ///   - onPiece: called with each piece as it comes.
    /// - Throws: ``ModelFailure``.
    func chat(model: String, prompt: Prompt, patience: Patience, onPiece: @escaping PieceHandler) async throws
        -> Completion
}
