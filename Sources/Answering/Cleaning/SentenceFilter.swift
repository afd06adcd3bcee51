/// An answer sentence by sentence.

/// Lets whole sentences through. The answer ends where one is said again; what stands behind the last whole one when the model had
/// no more room is dropped. So each but the first is held back until it is whole; the first is shown as it comes, since it stays
/// even if it ends in the middle. Pure.
struct SentenceFilter: AnswerFilter {
    /// A sentence that had been said before was cut off.
    private(set) var isTrimmed = false
    /// What follows isn't the answer any more.
    private(set) var isOver = false
    private var sentences = Sentences()
    private var said = SaidSentences()
    private var isFirst = true
    /// What of the present sentence has come; it isn't shown yet, unless it is the first.
    private var sentence = ""
    private var space = ""

    mutating func append(_ pieces: [AnswerPiece]) -> [AnswerPiece] {
        var shown: [AnswerPiece] = []
        for piece in pieces where !isOver {
            switch piece {
            case .token(let token): append(token, &shown)
            case .startOver:
                self = SentenceFilter()
                shown.append(.startOver)
            }
        }
        return shown
    }

    mutating func end(isCut: Bool) -> [AnswerPiece] {
        var shown: [AnswerPiece] = []
        guard !isOver, !isFirst, sentences.isWhole || !isCut else { return [] }
        close(&shown)
        return shown
    }

    private mutating func append(_ token: String, _ shown: inout [AnswerPiece]) {
        var part = ""
        for scalar in token.unicodeScalars {
            if sentences.begins(with: scalar) {
                keep(part, &shown)
                part = ""
                close(&shown)
                if isOver { return }
            }
            // White space behind a sentence belongs to the next one.
            if scalar.properties.isWhitespace {
                space.unicodeScalars.append(scalar)
            } else {
                part += space
                part.unicodeScalars.append(scalar)
                space = ""
            }
        }
        keep(part, &shown)
    }

    private mutating func keep(_ part: String, _ shown: inout [AnswerPiece]) {
        guard !part.isEmpty else { return }
        sentence += part
        if isFirst { shown.append(.token(part)) }
    }

    /// A sentence is whole.
    private mutating func close(_ shown: inout [AnswerPiece]) {
        if said.isRepeated(sentence) {
            (isTrimmed, isOver) = (true, true)
        } else if !isFirst, !sentence.isEmpty {
            shown.append(.token(sentence))
        }
        isFirst = false
        sentence = ""
    }
}
