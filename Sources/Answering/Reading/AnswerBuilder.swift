/// An answer's text while it is being written.

/// Puts an answer together from its pieces, and notices when it is none.
struct AnswerBuilder {
    /// So often the same piece in a row is no answer any more: the model is caught in a loop. Ollama itself gives up at this
    /// number (https://github.com/ollama/ollama/pull/18374).
    private static let mostRepeats = 100
    /// A longer answer isn't one, in bytes: nobody reads so much, and it would stand in an entry.
    private static let largest = 1 << 20

    /// The one that was asked.
    let model: String
    /// When its first piece came.
    private(set) var firstToken: ContinuousClock.Instant?
    private(set) var hasBegun = false
    private var cleaner: AnswerCleaner
    private var text = ""
    /// All that the model has said.
    private var said = ""
    private var last = ""
    private var repeats = 0

    init(model: String, prompt: String) {
        self.model = model
        cleaner = AnswerCleaner(prompt: prompt)
    }

    /// Something that isn't an answer was cut off: a turn that the model made up.
    var isTrimmed: Bool { cleaner.isTrimmed }

    /// What follows isn't the answer any more.
    var isOver: Bool { cleaner.isOver }

    /// The model thinks, although it was asked not to: it is alive.
    mutating func thought() { hasBegun = true }

    /// What is new in a text that may begin with all that has come before: some servers say everything again with each piece, or
    /// at the end.
    func new(in text: String) -> String {
        guard said.utf8.count > 1, text.hasPrefix(said) else { return text }
        return String(text.dropFirst(said.count))
    }

    /// Takes the next piece.
    ///
    /// - Returns: what there is to show.
    /// - Throws: ``ModelFailure`` when this is no answer any more.
    mutating func append(_ piece: String, at now: ContinuousClock.Instant) throws(ModelFailure) -> [AnswerPiece] {
        hasBegun = true
        firstToken = firstToken ?? now
        repeats = piece == last ? repeats + 1 : 1
        last = piece
        guard repeats < Self.mostRepeats else { throw .repeating }
        said += piece
        guard said.utf8.count <= Self.largest else { throw .unreadable("an answer of more than 1 MiB") }
        return kept(cleaner.append(piece))
    }

    /// The answer has ended.
    ///
    /// - Returns: what there still is to show, and the whole.
    mutating func end() -> (rest: [AnswerPiece], text: String) {
        let rest = kept(cleaner.end())
        return (rest, text)
    }

    /// The whole is what was shown, and nothing else.
    private mutating func kept(_ pieces: [AnswerPiece]) -> [AnswerPiece] {
        text.show(pieces)
        return pieces
    }
}
