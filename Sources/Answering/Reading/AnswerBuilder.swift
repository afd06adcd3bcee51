/// An answer's text while it is being written.

/// Puts an answer together from its pieces, and notices when it is none.
struct AnswerBuilder {
    /// So often the same piece in a row is no answer any more: the model is caught in a loop. Ollama itself gives up at this
    /// number (https://github.com/ollama/ollama/pull/18374).
    private static let mostRepeats = 100
    /// A longer answer isn't one, in bytes: nobody reads so much, and it would stand in an entry.
    private static let largest = 1 << 20
    /// So much of what a model really said stands in an entry, in bytes.
    private static let largestRaw = 64 << 10

    /// The one that was asked.
    let model: String
    /// When its first piece came.
    private(set) var firstToken: ContinuousClock.Instant?
    private(set) var hasBegun = false
    /// In how many pieces it came, thoughts included.
    private(set) var pieces = 0
    private let prompt: String
    private let told: String
    private var cleaner: AnswerCleaner
    private var text = ""
    /// All that the model has said.
    private var said = ""
    private var last = ""
    private var repeats = 0

    init(model: String, prompt: String, told: String) {
        self.model = model
        (self.prompt, self.told) = (prompt, told)
        cleaner = AnswerCleaner(prompt: prompt)
    }

    /// Something that isn't an answer was cut off: a turn that the model made up, or what it had said before.
    var isTrimmed: Bool { cleaner.isTrimmed }

    /// What follows isn't the answer any more.
    var isOver: Bool { cleaner.isOver }

    /// The model thinks, although it was asked not to: it is alive.
    mutating func thought(at now: ContinuousClock.Instant) { begin(at: now) }

    private mutating func begin(at now: ContinuousClock.Instant) {
        hasBegun = true
        firstToken = firstToken ?? now
        pieces += 1
    }

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
        begin(at: now)
        repeats = piece == last ? repeats + 1 : 1
        last = piece
        guard repeats < Self.mostRepeats else { throw .repeating }
        said += piece
        guard said.utf8.count <= Self.largest else { throw .unreadable("an answer of more than 1 MiB") }
        return kept(cleaner.append(piece))
    }

    /// The answer has ended.
    ///
    /// - Parameter isCut: there was no room for more.
    /// - Returns: what there still is to show, and the whole.
    /// - Throws: ``ModelFailure`` when it is none.
    mutating func end(isCut: Bool) throws(ModelFailure) -> (rest: [AnswerPiece], text: String) {
        let rest = kept(cleaner.end(isCut: isCut))
        let saysSomething = text.saysSomething
        // Where nothing is left of it, it may have been turns of the prompt.
        let question = PromptText(prompt, told: told)
        if question.isRepeated(by: saysSomething ? text : said) || question.isAll(thatIsIn: said) {
            throw .repeatsQuestion
        }
        guard saysSomething else { throw isCut ? .usedUp : .empty }
        return (rest, text)
    }

    /// What the model really said, or the beginning of it; nil where that is the answer, but for white space around it.
    var raw: String? {
        let said = said.trimmingSpace
        guard said != text.trimmingSpace else { return nil }
        return said.utf8.count <= Self.largestRaw ? String(said) : said.prefix(bytes: Self.largestRaw) + "…"
    }

    /// The whole is what was shown, and nothing else.
    private mutating func kept(_ pieces: [AnswerPiece]) -> [AnswerPiece] {
        text.show(pieces)
        return pieces
    }
}

extension String {
    /// Whether there is a letter, a number or an emoji in it: quotation marks and dashes alone are what is left of an answer that was
    /// cut short.
    fileprivate var saysSomething: Bool {
        contains { $0.isLetter || $0.isNumber || $0.unicodeScalars.contains { $0.properties.isEmojiPresentation } }
    }

    fileprivate var trimmingSpace: Substring {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

extension Substring {
    /// So much of its beginning at most, without half a character.
    fileprivate func prefix(bytes limit: Int) -> String {
        var end = utf8.index(startIndex, offsetBy: limit, limitedBy: endIndex) ?? endIndex
        while end > startIndex, end < endIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
