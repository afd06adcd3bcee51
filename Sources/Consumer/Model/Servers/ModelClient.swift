/// What the programs that run models have in common.
import Common

/// A piece of an answer on its way.
enum AnswerPiece: Hashable, Sendable {
    case token(String)
    /// What has come so far doesn't count: the answer begins anew.
    case startOver
}

typealias PieceHandler = @Sendable (AnswerPiece) async -> Void

/// A finished answer.
struct Chat: Sendable {
    var text = ""
    /// The one that ran.
    var model: ServerText
    var promptTokens: Int?
    var completionTokens: Int?
    /// The answer reached its length limit, or the model didn't see the whole prompt.
    var isTruncated = false
    var firstToken: Duration?
}

/// A model on a server.
struct InstalledModel: Hashable, Sendable {
    var name: String
    /// Where the server sends the prompts of this model; nil: they stay on the server.
    var remoteHost: String?
}

/// One server, in its own dialect.
protocol ModelClient: Sendable {
    /// Its address.
    var server: String { get }

    /// The models that it has; nil where it doesn't say.
    ///
    /// - Throws: ``ModelFailure``.
    func installedModels() async throws -> [InstalledModel]?

    /// Asks a model and waits for its whole answer.
    ///
    /// - Parameters:
    ///   - patience: told of each piece; whoever calls this watches it.
    ///   - onPiece: called with each piece as it comes.
    /// - Throws: ``ModelFailure``.
    func chat(model: String, prompt: String, patience: Patience, onPiece: @escaping PieceHandler) async throws -> Chat
}
