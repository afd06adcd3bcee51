/// Where an answer doesn't simply go on.

/// What stands at a place of an answer: text, something else, or what may become either.
enum AnswerStop {
    /// So far behind a mark in the middle of a sentence the one that closes it is looked for, in bytes.
    private static let longestOpen = 4096
    /// Fewer words behind one that is never closed belong to a sentence that only names it.
    private static let fewestWordsOfThoughts = 4

    /// Behind these a turn may begin on the same line.
    private static let sentenceEnds = Set(".!?\"')".utf8)
    /// As prompts have them. Others within a line may be part of a sentence.
    private static let plainTurns = ["Customer: ", "RM: "].map { Array($0.utf8) }

    /// So much is part of the answer.
    case text(size: Int)
    /// More has to come before it is known.
    case wait
    /// The end of thoughts that began without a mark.
    case lookedLikeAnswer(size: Int)
    case thoughts(size: Int, closing: [UInt8])
    case drop(size: Int)
    /// What stands before so much white space announces the answer.
    case announcement(space: Int)
    /// Somebody else's turn: so much white space, and the name.
    case turn(space: Int, size: Int)
    case end

    /// What stands at a place of the answer.
    ///
    /// - Parameters:
    ///   - held: what has come and isn't decided.
    ///   - shown: what stands before it.
    ///   - hasOpenStrike: an `<s>` of HTML in it has no `</s>`.
    ///   - isEnd: nothing follows.
    static func find(
        at index: Int, in held: [UInt8], behind shown: Shown, hasOpenStrike: Bool, isEnd: Bool
    ) -> AnswerStop {
        let byte = held[index]
        let rest = held[index...]
        let (next, isLineBreak) = byte.isSpace || byte.mayBreakLine ? rest.blank : (index, false)
        if next > index {
            // White space is shown once something follows it: at the end there is none.
            guard next < held.endIndex else { return isEnd ? .end : .wait }
            guard isLineBreak else {
                let last = index > 0 ? held[index - 1] : shown.last
                return last.map(sentenceEnds.contains) ?? false
                    ? turnInLine(held[next...], behind: next - index, isEnd: isEnd) : .text(size: next - index)
            }
            if shown.announces(held[..<index], behind: rest[..<next]) { return .announcement(space: next - index) }
            return switch SpeakerLabel.read(held[next...], isFirst: false, isEnd: isEnd) {
            // A mark of a list or a heading is part of it.
            case .label(let label):
                label.isTurn ? .turn(space: next - index, size: label.size) : .text(size: next - index)
            case .unknown: .wait
            case .none: .text(size: next - index)
            }
        }
        let marks = MarkTable.byFirst[Int(byte.lowercased)]
        guard let mark = marks.first(where: { rest.startsLowercased(with: $0.bytes) }) else {
            guard marks.contains(where: { $0.bytes.count > rest.count && $0.bytes.startsLowercased(with: rest) }) else {
                return .text(size: 1)
            }
            // Half a mark at the end is one that there was no room for.
            return !isEnd ? .wait : rest.count >= 3 && rest.starts(with: "<|".utf8) ? .end : .text(size: 1)
        }
        switch mark.kind {
        case .strike(let isOpening):
            // One of HTML: the first stands within the answer, the second behind such a one.
            let isText = isOpening ? !shown.isEmpty || held[..<index].contains { !$0.isSpace } : hasOpenStrike
            return isText ? .text(size: mark.bytes.count) : isOpening ? .drop(size: mark.bytes.count) : .end
        case .end: return .end
        case .closing: return .lookedLikeAnswer(size: mark.bytes.count)
        case .opening(let closing):
            // The name of a mark in the middle of a sentence is none, unless it is closed, or followed by more than the sentence.
            let behind = rest.prefix(longestOpen)
            if shown.isInSentence(held[..<index]), behind.count < longestOpen, !behind.containsLowercased(closing) {
                guard isEnd else { return .wait }
                // "Use <think> for that." has no end within it: what thinks aloud says more.
                let said = String(decoding: behind.dropFirst(mark.bytes.count), as: UTF8.self)
                if said.split(separator: " ").count < fewestWordsOfThoughts { return .text(size: 1) }
            }
            return .thoughts(size: mark.bytes.count, closing: closing)
        case .beginning: return .drop(size: mark.bytes.count)
        }
    }

    /// `I can help. Customer: Thanks!`
    private static func turnInLine(_ rest: ArraySlice<UInt8>, behind space: Int, isEnd: Bool) -> AnswerStop {
        if let turn = plainTurns.first(where: { rest.starts(with: $0) }) {
            guard let said = rest.dropFirst(turn.count).first else {
                return isEnd ? .turn(space: space, size: turn.count - 1) : .wait
            }
            // What goes on in lower case is a sentence.
            let isLowercase = UInt8(ascii: "a")...UInt8(ascii: "z") ~= said
            return isLowercase ? .text(size: space) : .turn(space: space, size: turn.count - 1)
        }
        let mayBecomeOne = plainTurns.contains { $0.count > rest.count && $0.starts(with: rest) }
        return mayBecomeOne && !isEnd ? .wait : .text(size: space)
    }
}
