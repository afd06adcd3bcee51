/// What of a model's words is an answer.

/// Cleans an answer that comes in pieces, in steps: only the RM's turn (``TranscriptFilter``), without quotes around all of it
/// (``QuoteFilter``), not in circles (``LoopFilter``), in whole sentences, each of them once (``SentenceFilter``). The pieces that
/// come out, put together, are the answer. Pure.
struct AnswerCleaner {
    private var transcript: TranscriptFilter
    private var quotes = QuoteFilter()
    private var loops = LoopFilter()
    private var sentences = SentenceFilter()
    /// Something has been shown.
    private var hasShown = false

    /// - Parameter prompt: what the model was asked.
    init(prompt: String = "") { transcript = TranscriptFilter(prompt: prompt) }

    /// Something that isn't an answer was cut off: turns that the model made up, or what it had said before.
    var isTrimmed: Bool { transcript.isTrimmed || loops.isTrimmed || sentences.isTrimmed }

    /// What follows isn't the answer any more: nothing else needs to be read.
    var isOver: Bool { transcript.isOver || loops.isOver || sentences.isOver }

    /// - Returns: what of it can be shown.
    mutating func append(_ piece: String) -> [AnswerPiece] {
        guard !isOver else { return [] }
        return shown(read(transcript.append(piece)))
    }

    /// There won't be more.
    ///
    /// - Parameter isCut: the model had more to say, and no room for it.
    mutating func end(isCut: Bool = false) -> [AnswerPiece] {
        // What one step still had goes through the next ones before these end.
        var pieces = read(transcript.end())
        pieces += sentences.append(loops.append(quotes.end(isCut: isCut)))
        return shown(pieces + sentences.end(isCut: isCut))
    }

    /// Takes what the model says through the other steps, one character at a time: none of them reads beyond the place where a later
    /// one ends the answer, so the same words give the same answer in whatever pieces they come.
    private mutating func read(_ pieces: [AnswerPiece]) -> [AnswerPiece] {
        var read: [AnswerPiece] = []
        for piece in pieces {
            for part in piece.characters {
                guard !loops.isOver, !sentences.isOver else { return read }
                read += sentences.append(loops.append(quotes.append([part])))
            }
        }
        return read
    }

    /// The pieces as one, without those that others behind them make void.
    private mutating func shown(_ pieces: [AnswerPiece]) -> [AnswerPiece] {
        var text = ""
        text.show(pieces)
        let rest = text.isEmpty ? [] : [AnswerPiece.token(text)]
        let isNew = hasShown && pieces.contains(.startOver)
        hasShown = (hasShown && !isNew) || !rest.isEmpty
        return (isNew ? [.startOver] : []) + rest
    }
}

extension AnswerPiece {
    /// The same in pieces of one Unicode scalar.
    fileprivate var characters: [AnswerPiece] {
        switch self {
        case .token(let token): token.unicodeScalars.map { .token(String($0)) }
        case .startOver: [self]
        }
    }
}
