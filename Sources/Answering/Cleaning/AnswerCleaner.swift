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

    /// A channel's name is shorter, in bytes.
    private static let longestChannel = 256

    /// Something that isn't an answer was cut off: turns that the model made up.
    private(set) var isTrimmed = false
    /// What follows isn't the answer any more.
    private(set) var isOver = false
    private var place = Place.beginning
    /// What has come and isn't decided.
    private var held: [UInt8] = []
    /// Whether any of the answer has been given out.
    private var hasShown = false

    /// - Returns: what of it can be shown.
    mutating func append(_ piece: String) -> [AnswerPiece] {
        guard !isOver else { return [] }
        held += piece.utf8
        return process(isEnd: false)
    }

    /// There won't be more.
    mutating func end() -> [AnswerPiece] { isOver ? [] : process(isEnd: true) }

    private mutating func process(isEnd: Bool) -> [AnswerPiece] {
        var pieces: [AnswerPiece] = []
        while !isOver {
            let goesOn =
                switch place {
                case .beginning: readBeginning(isEnd)
                case .thoughts(let marks): readThoughts(marks, isEnd)
                case .foreignTurn: readForeignTurn(isEnd)
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
        for (opening, closing) in Table.thoughts where held.startsLowercased(with: opening) {
            held.removeFirst(opening.count)
            place = .thoughts(until: [closing])
            return true
        }
        if held.startsLowercased(with: Table.channel) { return readChannel(isEnd) }
        for mark in Table.beginnings where held.startsLowercased(with: mark) {
            held.removeFirst(mark.count)
            return true
        }
        if let label = SpeakerLabel(in: held[...]) {
            // What closes around it may follow.
            guard label.size < held.count || isEnd else { return false }
            held.removeFirst(label.size)
            if !label.isAnswerer {
                isTrimmed = true
                place = .foreignTurn
            }
            return true
        }
        let mayBecomeOne =
            Table.allBeginnings.contains { $0.count > held.count && $0.startsLowercased(with: held) }
            || SpeakerLabel.mayBegin(held[...])
        if mayBecomeOne && !isEnd { return false }
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

    private mutating func readForeignTurn(_ isEnd: Bool) -> Bool {
        var line = held.startIndex
        while let end = held[line...].firstIndex(of: UInt8(ascii: "\n")) {
            let next = held.index(after: end)
            if let label = SpeakerLabel(in: held[next...]), label.isAnswerer {
                held.removeFirst(next + label.size)
                place = .beginning
                return true
            }
            line = next
        }
        // The line that isn't whole stays, with the line feed before it.
        held.removeFirst(isEnd ? held.count : max(0, line - 1))
        if held.count > 4096 { held.removeAll() }
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
                if hasShown { pieces.append(.startOver) }
                hasShown = false
                held.removeFirst(index + size)
                place = .beginning
                return true
            case .thoughts(let size, let closing):
                show(held[..<index], &pieces)
                held.removeFirst(index + size)
                place = .thoughts(until: [closing])
                return true
            case .drop(let size): held.removeSubrange(index..<(index + size))
            case .end(let isTurn):
                show(held[..<index], &pieces)
                held.removeAll()
                isOver = true
                isTrimmed = isTrimmed || isTurn
                return false
            }
        }
        show(held[...], &pieces)
        held.removeAll()
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
        case end(isTurn: Bool)
    }

    /// What stands at a place of the answer.
    private func stop(at index: Int, _ isEnd: Bool) -> Stop {
        let byte = held[index]
        let rest = held[index...]
        if byte.isSpace {
            // White space is shown once something follows it: at the end there is none.
            guard let next = rest.firstIndex(where: { !$0.isSpace }) else { return isEnd ? .end(isTurn: false) : .wait }
            guard rest[..<next].contains(UInt8(ascii: "\n")) else { return .none }
            if let label = SpeakerLabel(in: held[next...]) {
                // A mark of a list or a heading is part of it.
                return label.isTurn ? .end(isTurn: true) : .none
            }
            return !isEnd && SpeakerLabel.mayBegin(held[next...]) ? .wait : .none
        }
        guard Table.firstBytes.contains(byte.lowercased) else { return .none }
        for mark in Table.turnEnds where rest.startsLowercased(with: mark) { return .end(isTurn: false) }
        for (opening, closing) in Table.thoughts {
            if rest.startsLowercased(with: closing) { return .lookedLikeAnswer(size: closing.count) }
            if rest.startsLowercased(with: opening) { return .thoughts(size: opening.count, closing: closing) }
        }
        if rest.startsLowercased(with: Table.channel) || rest.startsLowercased(with: Table.start) {
            return .end(isTurn: false)
        }
        for mark in Table.beginnings where rest.startsLowercased(with: mark) { return .drop(size: mark.count) }
        let mayBecomeOne = Table.all.contains { $0.count > rest.count && $0.startsLowercased(with: rest) }
        return mayBecomeOne && !isEnd ? .wait : .none
    }

    private mutating func show(_ bytes: ArraySlice<UInt8>, _ pieces: inout [AnswerPiece]) {
        guard !bytes.isEmpty else { return }
        hasShown = true
        pieces.append(.token(String(decoding: bytes, as: UTF8.self)))
    }
}

/// The marks as bytes in lower case.
private enum Table {
    static let thoughts = Marks.thoughts.map {
        (opening: $0.opening.lowercasedBytes, closing: $0.closing.lowercasedBytes)
    }
    static let turnEnds = Marks.turnEnds.map(\.lowercasedBytes)
    static let beginnings = (Marks.turnBegins + Marks.answers).map(\.lowercasedBytes)
    static let channel = Marks.channel.opening.lowercasedBytes
    static let message = Marks.channel.closing.lowercasedBytes
    static let start = "<|start|>".lowercasedBytes
    /// Behind the thoughts of a channel.
    static let channelEnds = ["<|end|>", "<|return|>", "<|call|>", Marks.channel.opening].map(\.lowercasedBytes)
    static let allBeginnings = thoughts.map(\.opening) + beginnings + [channel]
    static let all = allBeginnings + turnEnds + thoughts.map(\.closing) + [start]
    static let firstBytes = Set(all.map { $0[0] })
}
