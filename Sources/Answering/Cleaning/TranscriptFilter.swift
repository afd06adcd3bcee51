/// The answering turn out of what a model writes.

/// The first step of an ``AnswerCleaner``: cuts out what isn't the RM's turn. That is thoughts, marks of chat templates, who
/// speaks in front of it, and all from a turn on that the model has made up. Whatever may still become such a thing is held back
/// until that is known. Pure.
struct TranscriptFilter {
    private enum Place {
        /// Nothing of the answer has come: thoughts may follow, or who speaks.
        case beginning
        /// In thoughts, until one of some marks.
        case thoughts(until: [[UInt8]])
        /// In a turn of somebody else, until the RM's.
        case foreignTurn
        case answer
    }

    /// A model that says more turns is caught in a loop.
    private static let mostTurns = 200
    /// Of a piece, in bytes.
    private static let largestPart = 4096
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
    /// What the model was told, and the turn of somebody else that is read.
    private var told: ToldWords
    /// The model has begun with what others say: what the RM says may be from the prompt, too.
    private var isTranscript = false
    /// How many turns of it have been read.
    private var turns = 0
    /// How many `<s>` of HTML have no `</s>`.
    private var openStrikes = 0

    /// - Parameter prompt: what the model was asked. A model may say all of it again, and then answer.
    init(prompt: String = "") { told = ToldWords(prompt) }

    /// - Returns: what of it can be shown.
    mutating func append(_ piece: String) -> [AnswerPiece] {
        var pieces: [AnswerPiece] = []
        var rest = Array(piece.utf8)[...]
        while !isOver, !rest.isEmpty {
            // In parts: what is cut off of much would move all of it each time.
            var part = rest.prefix(Self.largestPart)
            while rest.count > part.count, part.count > 1, rest[part.endIndex] & 0xC0 == 0x80 { part.removeLast() }
            held += part
            rest = rest.dropFirst(part.count)
            pieces += process(isEnd: false)
        }
        return pieces
    }

    /// There won't be more.
    mutating func end() -> [AnswerPiece] {
        var pieces = isOver ? [] : process(isEnd: true)
        if isTranscript, told.contain(shown.text) { startOver(&pieces) }
        return pieces
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
        for (opening, closing) in MarkTable.thoughts + MarkTable.wordyThoughts
        where held.startsLowercased(with: opening) {
            held.removeFirst(opening.count)
            place = .thoughts(until: [closing])
            return true
        }
        if held.starts(with: MarkTable.bareChannel.opening) {
            guard let next = held.dropFirst(MarkTable.bareChannel.opening.count).first else {
                return endBeginning(isEnd)
            }
            if next.isUppercase {
                place = .thoughts(until: [MarkTable.bareChannel.closing])
                return true
            }
        }
        if held.startsLowercased(with: MarkTable.channel) { return readChannel(isEnd) }
        for mark in MarkTable.beginnings where held.startsLowercased(with: mark) {
            held.removeFirst(mark.count)
            return true
        }
        // What is left of who speaks where the name was a mark: `<RM>: …`.
        if held.first == UInt8(ascii: ":") {
            guard let next = held.dropFirst().first else { return endBeginning(isEnd) }
            if next.isSpace {
                held.removeFirst()
                return true
            }
        }
        switch SpeakerLabel.read(held[...], isFirst: true, isEnd: isEnd) {
        case .label(let label):
            // A quote in front of the name is around what is said.
            let quote = held.prefix(label.size).openingQuote
            held.replaceSubrange(..<label.size, with: quote)
            if !label.isAnswerer {
                (isTrimmed, isTranscript) = (true, true)
                place = .foreignTurn
            }
            return true
        case .unknown: return false
        case .none: break
        }
        let mayBecomeOne = MarkTable.allBeginnings.contains { $0.count > held.count && $0.startsLowercased(with: held) }
        return endBeginning(isEnd || !mayBecomeOne)
    }

    /// It may still become something else, unless nothing more comes.
    private mutating func endBeginning(_ isEnd: Bool) -> Bool {
        guard isEnd else { return false }
        place = .answer
        return true
    }

    private mutating func readChannel(_ isEnd: Bool) -> Bool {
        guard let end = held.firstRangeLowercased(of: MarkTable.message) else {
            guard isEnd || held.count > Self.longestChannel else { return false }
            held.removeFirst(MarkTable.channel.count)
            place = .thoughts(until: MarkTable.channelEnds)
            return true
        }
        let name = String(decoding: held[MarkTable.channel.count..<end.lowerBound], as: UTF8.self)
        held.removeFirst(end.upperBound)
        // A channel may have more than its name, such as whom it is for.
        let word = name.split(separator: " ").first.map(String.init) ?? name
        if !Marks.answerChannels.contains(word.lowercased()) { place = .thoughts(until: MarkTable.channelEnds) }
        return true
    }

    private mutating func readThoughts(_ marks: [[UInt8]], _ isEnd: Bool) -> Bool {
        guard let found = held.firstRange(ofAny: marks) else {
            held = isEnd ? [] : Array(held.suffix((marks.map(\.count).max() ?? 1) - 1))
            return false
        }
        // Another channel's opening belongs to what follows.
        let isChannel = held[found].elementsEqual(MarkTable.channel)
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
                told.append(held[..<lineBreak])
                held.removeFirst(next + label.size)
                // Whoever invents a turn answers what nobody has asked.
                turns += 1
                guard told.endTurn(), turns <= Self.mostTurns else { return end(isTurn: true) }
                // What the RM said before it was old, too.
                startOver(&pieces)
                self.place = label.isAnswerer ? .beginning : .foreignTurn
                return true
            case .unknown:
                told.append(held[..<lineBreak])
                held.removeFirst(lineBreak)
                return false
            case .label, .none: place = max(next, lineBreak + 1)
            }
        }
        told.append(held)
        held.removeAll()
        // A turn that nobody has said isn't read to its end: the server is let go.
        return told.isMadeUp() ? end(isTurn: true) : false
    }

    // MARK: The answer

    private mutating func readAnswer(_ isEnd: Bool, _ pieces: inout [AnswerPiece]) -> Bool {
        var index = 0
        while index < held.count {
            switch AnswerStop.find(at: index, in: held, behind: shown, hasOpenStrike: openStrikes > 0, isEnd: isEnd) {
            case .text(let size):
                if held[index] == UInt8(ascii: "<") { noteStrike(at: index) }
                index += size
            case .wait:
                show(held[..<index], &pieces)
                held.removeFirst(index)
                return false
            case .lookedLikeAnswer(let size):
                // What has been shown were thoughts. The rest of them is shown, too: those that follow get the same, however the
                // text comes.
                show(held[..<index], &pieces)
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
                if shown.isPreamble || told.contain(shown.text) {
                    startOver(&pieces)
                } else {
                    // Whoever speaks now may have been heard before: then this wasn't the answer yet.
                    held.removeFirst(size)
                    place = .foreignTurn
                }
                return true
            case .announcement(let space):
                show(held[..<index], &pieces)
                startOver(&pieces)
                held.removeFirst(index + space)
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
        openStrikes = 0
        place = .beginning
    }

    private mutating func end(isTurn: Bool) -> Bool {
        held.removeAll()
        isOver = true
        isTrimmed = isTrimmed || isTurn
        return false
    }

    private mutating func noteStrike(at index: Int) {
        if held[index...].startsLowercased(with: MarkTable.strike) { openStrikes += 1 }
        if held[index...].startsLowercased(with: MarkTable.strikeEnd) { openStrikes = max(0, openStrikes - 1) }
    }

    private mutating func show(_ bytes: ArraySlice<UInt8>, _ pieces: inout [AnswerPiece]) {
        if let text = shown.append(bytes) { pieces.append(.token(text)) }
    }
}
