/// An answer while it is being written.

/// Puts an answer together from its pieces, and notices when it is none.
struct AnswerBuilder {
    /// So often the same piece in a row is no answer any more: the model is caught in a loop. Ollama itself gives up at this
    /// number (https://github.com/ollama/ollama/pull/18374).
    private static let mostRepeats = 100
    /// A longer answer isn't one, in bytes: nobody reads so much, and it would stand in an entry.
    private static let largest = 1 << 20

    private let model: String
    private let patience: Patience
    private var text = ""
    private var thoughts = ThoughtFilter()
    private var last = ""
    private var repeats = 0
    private var firstToken: Duration?

    /// - Parameter model: the one that was asked.
    init(model: String, patience: Patience) {
        self.model = model
        self.patience = patience
    }

    /// The model thinks, although it was asked not to: it is alive.
    func thought() { patience.tokenCame() }

    /// Takes the next piece.
    ///
    /// - Throws: ``ModelFailure`` when this is no answer any more.
    mutating func append(_ piece: String, _ onPiece: PieceHandler) async throws {
        guard !piece.isEmpty else { return }
        if firstToken == nil { firstToken = ContinuousClock.now - patience.start }
        patience.tokenCame()
        repeats = piece == last ? repeats + 1 : 1
        last = piece
        guard repeats < Self.mostRepeats else { throw ModelFailure.repeating }
        text += piece
        guard text.utf8.count <= Self.largest else { throw ModelFailure.unreadable("an answer of more than 1 MiB") }
        for piece in thoughts.process(piece) { await onPiece(piece) }
    }

    /// The server says that the answer is complete.
    ///
    /// - Parameters:
    ///   - reason: why it ended, in the server's word.
    ///   - model: the one that ran, if the server says so.
    /// - Throws: ``ModelFailure`` where it isn't an answer after all.
    func finish(_ reason: String?, model: String?) throws(ModelFailure) -> Completion {
        let reason = reason ?? "none given"
        guard reason == "stop" || reason == "length" else { throw .notFinished(doneReason: ServerText(reason)) }
        let ran = model ?? ""
        var chat = Completion(text: ThoughtFilter.answer(in: text), model: ServerText(ran.isEmpty ? self.model : ran))
        guard !chat.text.isEmpty else { throw .empty }
        chat.isTruncated = reason == "length"
        chat.firstToken = firstToken
        return chat
    }
}
