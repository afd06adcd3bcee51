/// Answers that go round in circles.

/// Ends an answer where the model says the same thing three times in a row without ending a sentence, and takes back what it said
/// more than once. What looks like that is shown until it is known, and then the answer begins anew. Pure.
struct LoopFilter: AnswerFilter {
    /// So many characters that are the same as earlier ones may be the beginning of a loop.
    private static let clue = 8
    /// What is longer isn't noticed, in characters.
    private static let longest = 200
    /// What is shorter is none of these, in columns, or has too little in it that is said, in letters and digits: a word over and
    /// over again is no answer at all.
    private static let shortest = 20
    private static let fewestLetters = 8

    /// What had been said before was cut off.
    private(set) var isTrimmed = false
    /// What follows isn't the answer any more.
    var isOver: Bool { isTrimmed }
    /// All that has come.
    private var text = ""
    /// The last of it, one space for whatever white space there is, and how much of the text there was by then.
    private var last: [(scalar: Unicode.Scalar, end: Int)] = []
    /// How many characters have come, and how many of them aren't among the last any more.
    private var (count, dropped) = (0, 0)
    /// Where each few characters ended when they came last.
    private var seen: [UInt64: Int] = [:]
    /// How far back the same characters are, and how many in a row; 0: they aren't.
    private var (period, run) = (0, 0)

    mutating func append(_ pieces: [AnswerPiece]) -> [AnswerPiece] {
        var shown: [AnswerPiece] = []
        for piece in pieces where !isOver {
            switch piece {
            case .startOver:
                self = LoopFilter()
                shown.append(.startOver)
            case .token(let token):
                guard let end = append(token) else {
                    shown.append(piece)
                    continue
                }
                isTrimmed = true
                shown += [.startOver, .token(String(text.unicodeScalars.prefix(end)))]
            }
        }
        return shown
    }

    mutating func end(isCut: Bool) -> [AnswerPiece] { [] }

    /// - Returns: where the answer ends; nil: not here.
    private mutating func append(_ token: String) -> Int? {
        for scalar in token.unicodeScalars {
            text.unicodeScalars.append(scalar)
            count += 1
            let isSpace = scalar.properties.isWhitespace
            if isSpace, last.last?.scalar == " " {
                last[last.count - 1].end = count
            } else if let end = note(isSpace ? " " : scalar) {
                return end
            }
        }
        return nil
    }

    private mutating func note(_ scalar: Unicode.Scalar) -> Int? {
        last.append((scalar, count))
        let place = last.count - 1
        if period > 0, place >= period, last[place - period].scalar == scalar {
            run += 1
        } else {
            (period, run) = (0, 0)
        }
        if place + 1 >= Self.clue { lookBack(from: place) }
        if period > 0, run >= 2 * period, run < last.count, isLoop(at: place) { return last[place - run].end }
        // Twice as much as is looked back at, so that it isn't moved for each character.
        if last.count > 8 * Self.longest {
            last.removeFirst(4 * Self.longest)
            dropped += 4 * Self.longest
            seen = seen.filter { $0.value >= dropped }
        }
        return nil
    }

    private mutating func lookBack(from place: Int) {
        // FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), of the last few.
        var key: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in (place + 1 - Self.clue)...place {
            key = (key ^ UInt64(last[index].scalar.value)) &* 0x100_0000_01b3
        }
        let earlier = seen.updateValue(place + dropped, forKey: key).map { $0 - dropped }
        guard period == 0, let earlier, earlier + 1 >= Self.clue, place - earlier <= Self.longest,
            (0..<Self.clue).allSatisfy({ last[earlier - $0].scalar == last[place - $0].scalar })
        else { return }
        (period, run) = (place - earlier, Self.clue)
    }

    /// Whether what is repeated says something.
    private func isLoop(at place: Int) -> Bool {
        let part = last[(place + 1 - period)...place]
        let letters = part.count { $0.scalar.properties.isAlphabetic || $0.scalar.properties.numericType != nil }
        return letters >= Self.fewestLetters && part.reduce(0) { $0 + ($1.scalar.isWide ? 2 : 1) } >= Self.shortest
    }
}
