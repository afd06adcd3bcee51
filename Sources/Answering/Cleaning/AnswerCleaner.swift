/// What of a model's words is an answer.

/// Cuts out of an answer that comes in pieces what isn't one: thoughts, marks of chat templates, who speaks in front of it, and
/// all from a turn on that the model has made up. Whatever may still become such a thing is held back until that is known.
/// Pure.
struct AnswerCleaner {
    private enum Place {
        /// Nothing of the answer has come: thoughts may follow, or who speaks.
        case beginning
        /// In thoughts, until one of some marks.
        case thoughts(until: [[UInt8]])
        /// In a turn of somebody else, until the RM's.
        case foreignTurn
        case answer
    }

    /// A text with fewer characters may stand in the prompt by chance.
    private static let longestByChance = 20
    /// A channel's name is shorter, in bytes.
    private static let longestChannel = 256

    /// Something that isn't an answer was cut off: turns that the model made up.
    private(set) var isTrimmed = false
    /// What follows isn't the answer any more.
    private(set) var isOver = false
    private var place = Place.beginning
    /// What has come and isn't decided.
    private var held: [UInt8] = []
    /// What of the answer has been given out.
    private var shown = Shown()
    /// What the model was told.
    private let prompt: String
    /// What somebody else says in the turn that is read.
    private var foreign: [UInt8] = []
    /// The model has begun with what others say: what the RM says may be from the prompt, too.
    private var isTranscript = false

    /// - Parameter prompt: what the model was asked. A model may say all of it again, and then answer.
    init(prompt: String = "") { self.prompt = prompt }

    /// - Returns: what of it can be shown.
    mutating func append(_ piece: String) -> [AnswerPiece] {
        guard !isOver else { return [] }
        held += piece.utf8
        return process(isEnd: false)
    }

    /// There won't be more.
    mutating func end() -> [AnswerPiece] {
        var pieces = isOver ? [] : process(isEnd: true)
        if isTranscript, wasSaid(shown.text) { startOver(&pieces) }
        return pieces
    }

    /// Whether a text stands in the prompt: all that somebody says there, or a good deal of it.
    private func wasSaid(_ text: String) -> Bool {
        let words = Self.words(text)
        return prompt.split(whereSeparator: \.isNewline).contains { line in
            let line = Self.words(line)
            return line.hasSuffix(": " + words) || words.count >= Self.longestByChance && line.contains(words)
        }
    }

    private static func words(_ text: some StringProtocol) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private mutating func process(isEnd: Bool) -> [AnswerPiece] {
        var pieces: [AnswerPiece] = []
        while !isOver {
            let goesOn =
                switch place {
                case .beginning: readBeginning(isEnd)
                case .thoughts(let marks): readThoughts(marks, isEnd)
                case .foreignTurn: readForeignTurn(isEnd, &pieces)
                case .answer: readAnswer(isEnd, &pieces)
                }
            guard goesOn else { break }
        }
        return pieces
    }

    // MARK: Before the answer

    /// - Returns: whether there is more to be done with what is held.
    private mutating func readBeginning(_ isEnd: Bool) -> Bool {
        held.dropLeadingSpace()
        guard !held.isEmpty else { return false }
        for (opening, closing) in Table.thoughts + Table.wordyThoughts where held.startsLowercased(with: opening) {
            held.removeFirst(opening.count)
            place = .thoughts(until: [closing])
            return true
        }
        if held.starts(with: Table.bareChannel.opening) {
            guard let next = held.dropFirst(Table.bareChannel.opening.count).first else { return endBeginning(isEnd) }
            if next.isUppercase {
                place = .thoughts(until: [Table.bareChannel.closing])
                return true
            }
        }
        if held.startsLowercased(with: Table.channel) { return readChannel(isEnd) }
        for mark in Table.beginnings where held.startsLowercased(with: mark) {
            held.removeFirst(mark.count)
            return true
        }
        switch SpeakerLabel.read(held[...], isFirst: true, isEnd: isEnd) {
        case .label(let label):
            held.removeFirst(label.size)
            if !label.isAnswerer {
                (isTrimmed, isTranscript) = (true, true)
                place = .foreignTurn
            }
            return true
        case .unknown: return false
        case .none: break
        }
        let mayBecomeOne = Table.allBeginnings.contains { $0.count > held.count && $0.startsLowercased(with: held) }
        return endBeginning(isEnd || !mayBecomeOne)
    }

    /// It may still become something else, unless nothing more comes.
    private mutating func endBeginning(_ isEnd: Bool) -> Bool {
        guard isEnd else { return false }
        place = .answer
        return true
    }

    private mutating func readChannel(_ isEnd: Bool) -> Bool {
        guard let end = held.firstRangeLowercased(of: Table.message) else {
            guard isEnd || held.count > Self.longestChannel else { return false }
            held.removeFirst(Table.channel.count)
            place = .thoughts(until: Table.channelEnds)
            return true
        }
        let name = String(decoding: held[Table.channel.count..<end.lowerBound], as: UTF8.self)
        held.removeFirst(end.upperBound)
        // A channel may have more than its name, such as whom it is for.
        let word = name.split(separator: " ").first.map(String.init) ?? name
        if !Marks.answerChannels.contains(word.lowercased()) { place = .thoughts(until: Table.channelEnds) }
        return true
    }

    private mutating func readThoughts(_ marks: [[UInt8]], _ isEnd: Bool) -> Bool {
        guard let found = held.firstRange(ofAny: marks) else {
            held = isEnd ? [] : Array(held.suffix((marks.map(\.count).max() ?? 1) - 1))
            return false
        }
        // Another channel's opening belongs to what follows.
        let isChannel = held[found].elementsEqual(Table.channel)
        held.removeFirst(isChannel ? found.lowerBound : found.upperBound)
        place = .beginning
        return true
    }

    private mutating func readForeignTurn(_ isEnd: Bool, _ pieces: inout [AnswerPiece]) -> Bool {
        var place = held.startIndex
        while let lineBreak = held[place...].firstIndex(where: \.mayBreakLine) {
            let (next, isLineBreak) = held[lineBreak...].blank
            let reading = isLineBreak ? SpeakerLabel.read(held[next...], isFirst: false, isEnd: isEnd) : .none
            switch reading {
            case .label(let label) where label.isTurn:
                foreign += held[..<lineBreak]
                held.removeFirst(next + label.size)
                // Whoever invents a turn answers what nobody has asked.
                guard wasSaid(String(decoding: foreign, as: UTF8.self)) else { return end(isTurn: true) }
                foreign.removeAll()
                // What the RM said before it was old, too.
                startOver(&pieces)
                self.place = label.isAnswerer ? .beginning : .foreignTurn
                return true
            case .unknown:
                foreign += held[..<lineBreak]
                held.removeFirst(lineBreak)
                return false
            case .label, .none: place = max(next, lineBreak + 1)
            }
        }
        foreign += held
        held.removeAll()
        return false
    }

    // MARK: The answer

    private mutating func readAnswer(_ isEnd: Bool, _ pieces: inout [AnswerPiece]) -> Bool {
        var index = 0
        while index < held.count {
            switch stop(at: index, isEnd) {
            case .none: index += 1
            case .wait:
                show(held[..<index], &pieces)
                held.removeFirst(index)
                return false
            case .lookedLikeAnswer(let size):
                // What has been shown were thoughts.
                startOver(&pieces)
                held.removeFirst(index + size)
                return true
            case .turn(let space, let size):
                show(held[..<index], &pieces)
                held.removeFirst(index)
                index = 0
                if shown.goesOnWithRows(behind: held[..<space]) {
                    show(held[..<(space + size)], &pieces)
                    held.removeFirst(space + size)
                    continue
                }
                // "Here is what you could say:", and then the answer; or what the RM has said before, and then the rest.
                guard shown.isPreamble || isTranscript else { return end(isTurn: true) }
                held.removeFirst(space)
                if shown.isPreamble || wasSaid(shown.text) {
                    startOver(&pieces)
                } else {
                    // Whoever speaks now may have been heard before: then this wasn't the answer yet.
                    held.removeFirst(size)
                    place = .foreignTurn
                }
                return true
            case .thoughts(let size, let closing):
                show(held[..<index], &pieces)
                held.removeFirst(index + size)
                place = .thoughts(until: [closing])
                return true
            case .drop(let size): held.removeSubrange(index..<(index + size))
            case .end:
                show(held[..<index], &pieces)
                return end(isTurn: false)
            }
        }
        show(held[...], &pieces)
        held.removeAll()
        return false
    }

    private mutating func startOver(_ pieces: inout [AnswerPiece]) {
        if !shown.isEmpty { pieces.append(.startOver) }
        shown = Shown()
        place = .beginning
    }

    private mutating func end(isTurn: Bool) -> Bool {
        held.removeAll()
        isOver = true
        isTrimmed = isTrimmed || isTurn
        return false
    }

    private enum Stop {
        case none
        /// More has to come before it is known.
        case wait
        /// The end of thoughts that began without a mark.
        case lookedLikeAnswer(size: Int)
        case thoughts(size: Int, closing: [UInt8])
        case drop(size: Int)
        /// Somebody else's turn: so much white space, and the name.
        case turn(space: Int, size: Int)
        case end
    }

    /// What stands at a place of the answer.
    private func stop(at index: Int, _ isEnd: Bool) -> Stop {
        let byte = held[index]
        let rest = held[index...]
        let (next, isLineBreak) = byte.isSpace || byte.mayBreakLine ? rest.blank : (index, false)
        if next > index {
            // White space is shown once something follows it: at the end there is none.
            guard next < held.endIndex else { return isEnd ? .end : .wait }
            guard isLineBreak else { return .none }
            return switch SpeakerLabel.read(held[next...], isFirst: false, isEnd: isEnd) {
            // A mark of a list or a heading is part of it.
            case .label(let label): label.isTurn ? .turn(space: next - index, size: label.size) : .none
            case .unknown: .wait
            case .none: .none
            }
        }
        guard Table.firstBytes.contains(byte.lowercased) else { return .none }
        if isStruckOut(at: index) { return .none }
        for mark in Table.turnEnds where rest.startsLowercased(with: mark) { return .end }
        for (opening, closing) in Table.thoughts {
            if rest.startsLowercased(with: closing) { return .lookedLikeAnswer(size: closing.count) }
            if rest.startsLowercased(with: opening) {
                // The name of a mark in the middle of a sentence is none, unless it is closed.
                let isOpen = shown.isInSentence(held[..<index]) && !held.dropFirst(index).containsLowercased(closing)
                return isOpen ? isEnd ? .none : .wait : .thoughts(size: opening.count, closing: closing)
            }
        }
        if rest.startsLowercased(with: Table.channel) || rest.startsLowercased(with: Table.start) {
            return .end
        }
        for mark in Table.beginnings where rest.startsLowercased(with: mark) { return .drop(size: mark.count) }
        let mayBecomeOne = Table.all.contains { $0.count > rest.count && $0.startsLowercased(with: rest) }
        // Half a mark at the end is one that there was no room for.
        if isEnd { return mayBecomeOne && rest.count >= 3 && rest.starts(with: "<|".utf8) ? .end : .none }
        return mayBecomeOne ? .wait : .none
    }

    /// Whether `<s>` or `</s>` at a place is one of HTML: the first stands within the answer, the second behind such a one.
    private func isStruckOut(at index: Int) -> Bool {
        let isOpening = held[index...].startsLowercased(with: Shown.strike)
        guard isOpening || held[index...].startsLowercased(with: Shown.strikeEnd) else { return false }
        let before = held[..<index]
        let isOpen = shown.openStrikes + Shown.strikes(in: before) > 0
        return isOpening ? !shown.isEmpty || before.contains { !$0.isSpace } : isOpen
    }

    private mutating func show(_ bytes: ArraySlice<UInt8>, _ pieces: inout [AnswerPiece]) {
        if let text = shown.append(bytes) { pieces.append(.token(text)) }
    }
}

/// The marks as bytes in lower case.
private enum Table {
    static let thoughts = Marks.thoughts.map {
        (opening: $0.opening.lowercasedBytes, closing: $0.closing.lowercasedBytes)
    }
    static let wordyThoughts = Marks.wordyThoughts.map {
        (opening: $0.opening.lowercasedBytes, closing: $0.closing.lowercasedBytes)
    }
    static let bareChannel = (
        opening: Marks.bareChannel.opening.lowercasedBytes, closing: Marks.bareChannel.closing.lowercasedBytes
    )
    static let turnEnds = Marks.turnEnds.map(\.lowercasedBytes)
    static let beginnings = (Marks.turnBegins + Marks.answers).map(\.lowercasedBytes)
    static let channel = Marks.channel.opening.lowercasedBytes
    static let message = Marks.channel.closing.lowercasedBytes
    static let start = "<|start|>".lowercasedBytes
    /// Behind the thoughts of a channel.
    static let channelEnds = ["<|end|>", "<|return|>", "<|call|>", Marks.channel.opening].map(\.lowercasedBytes)
    static let allBeginnings =
        (thoughts + wordyThoughts).map(\.opening) + beginnings + [channel, bareChannel.opening]
    static let all = thoughts.map(\.opening) + beginnings + [channel] + turnEnds + thoughts.map(\.closing) + [start]
    static let firstBytes = Set(all.map { $0[0] })
}
