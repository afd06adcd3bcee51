/// Who speaks, as it stands before a turn.

/// `RM:`, `**Customer:**`, `[RM]`, `Customer 1 (replying):`, `### Customer` and the like at the beginning of a line.
struct SpeakerLabel: Equatable {
    enum Reading: Equatable {
        case label(SpeakerLabel)
        case none
        /// More of the line has to come before it is known.
        case unknown
    }

    /// With all that stands before the name and closes behind it, in bytes.
    let size: Int
    /// The one who is to answer, and not somebody else.
    let isAnswerer: Bool
    /// It begins a turn wherever it stands at the beginning of a line. Others, such as "Response:", may be a heading.
    let isTurn: Bool

    /// - Parameters:
    ///   - line: what has come from the beginning of a line on, and what follows it.
    ///   - isFirst: nothing of the answer stands before it: a name alone on its line is one who speaks then.
    ///   - isEnd: there won't be more.
    static func read(_ line: ArraySlice<UInt8>, isFirst: Bool, isEnd: Bool) -> Reading {
        var reader = LabelReader(line, isFirst: isFirst, isEnd: isEnd)
        return reader.read()
    }
}

/// Reads one label.
private struct LabelReader {
    /// In characters. What is longer isn't a label.
    private static let longestPrefix = 48, longestName = 48
    private static let decoration = Set("*_#>\"'`~-–—=•·“„«".unicodeScalars)
    private static let closing = Set("*_`".unicodeScalars)
    private static let brackets: [Unicode.Scalar: Unicode.Scalar] = [
        "[": "]", "(": ")", "<": ">", "{": "}", "【": "】", "「": "」",
    ]
    private static let colons = Set(":：﹕".unicodeScalars)
    private static let arrows = Set(">→".unicodeScalars)
    private static let dashes = Set("-–—".unicodeScalars)

    private let text: [Unicode.Scalar]
    private let isFirst: Bool
    private let isEnd: Bool
    private var at = 0
    /// The last one that opens before the name.
    private var bracket: Unicode.Scalar?

    init(_ line: ArraySlice<UInt8>, isFirst: Bool, isEnd: Bool) {
        let longest = (Self.longestPrefix + Self.longestName + 16) * 4
        text = Array(String(decoding: line.prefix(longest), as: UTF8.self).unicodeScalars)
        self.isFirst = isFirst
        self.isEnd = isEnd && line.count <= longest
    }

    private var next: Unicode.Scalar? { at < text.count ? text[at] : nil }
    /// Where the line has no more characters: whether there will be some.
    private var unfinished: SpeakerLabel.Reading { isEnd ? .none : .unknown }

    mutating func read() -> SpeakerLabel.Reading {
        guard readPrefix() else { return at < Self.longestPrefix && next == nil ? unfinished : .none }
        guard let speaker = readName() else { return .none }
        if !speaker.isKnown && next != nil { return .none }
        guard let next else {
            // A name with which everything ends.
            if isEnd { return speaker.isKnown ? atEnd(speaker) : .none }
            return speaker.mayBecomeOne && speaker.size < Self.longestName ? .unknown : .none
        }
        let close = bracket.flatMap { Self.brackets[$0] }
        let isClosed = next == close
        if isClosed { at += 1 }
        skipClosing()
        // What stands in parentheses may belong to a sentence.
        return readSeparator(speaker, isClosed: isClosed && (bracket != "(" || isFirst && speaker.isTurn))
    }

    /// - Returns: whether a name begins behind what stands before it.
    private mutating func readPrefix() -> Bool {
        var ruled: (mark: Unicode.Scalar, count: Int)?
        var hasRule = false
        while let next, at < Self.longestPrefix {
            if Self.brackets[next] != nil {
                bracket = next
            } else if next.isLineBreak {
                // A line of dashes may stand between two turns.
                guard hasRule else { return false }
            } else if Self.decoration.contains(next) {
                ruled = ruled?.mark == next ? (next, (ruled?.count ?? 0) + 1) : (next, 1)
                hasRule = hasRule || ruled.map { $0.count >= 3 } ?? false
            } else if next.properties.numericType != nil, let end = clock() {
                // When it was said, as chats are exported.
                at = end
                continue
            } else if !next.isBlank && !next.isInvisible && !next.isPicture {
                return true
            }
            at += 1
        }
        return false
    }

    /// - Returns: the end of a time of day, or a number with a dot behind it, where one begins here.
    private func clock() -> Int? {
        let end = text[at...].prefix(9).firstIndex { $0.properties.numericType == nil && $0 != ":" } ?? text.endIndex
        // More of it may come.
        guard end < text.endIndex else { return isEnd || end - at > 8 ? nil : end }
        guard text[at..<end].contains(":") || end - at <= 2 else { return nil }
        let isTime = text[at..<end].contains(":") && (text[end].isBlank || text[end] == "]" || text[end] == ")")
        return isTime || text[end] == "." || text[end] == ")" && end - at <= 2 ? end + 1 : nil
    }

    /// - Returns: who it is, up to the first character that can't belong to a name; nil where it is nobody.
    private mutating func readName() -> Speaker? {
        let start = at
        var depth = 0
        while let next, at - start < Self.longestName {
            if next == "(" || next == "（" { depth += 1 }
            if depth == 0, !next.mayBeInName { break }
            if depth > 0, next.isLineBreak { return nil }
            if next == ")" || next == "）" {
                guard depth > 0 else { break }
                depth -= 1
            }
            at += 1
        }
        if at - start >= Self.longestName { return nil }
        return Speaker(text[start..<at], isFirst: isFirst)
    }

    private mutating func skipClosing() {
        while let next, Self.closing.contains(next) { at += 1 }
    }

    private mutating func readSeparator(_ speaker: Speaker, isClosed: Bool) -> SpeakerLabel.Reading {
        let start = at
        while let next, next.isBlank || next.isInvisible || next == "=" || next == "#", at - start < 8 { at += 1 }
        guard let next else { return isEnd ? atEnd(speaker) : .unknown }
        if Self.colons.contains(next) {
            at += 1
            skipClosing()
            guard let behind = self.next else { return isEnd ? label(speaker) : .unknown }
            // Within a word it is none: "Kund:innen".
            return next == ":" && (behind.properties.isLowercase || behind.properties.numericType != nil)
                ? .none : label(speaker)
        }
        if isClosed, bracket == "(" { return next.isLineBreak || next.properties.isUppercase ? label(speaker) : .none }
        if isClosed { return at > start || next.isLineBreak || next.properties.isAlphabetic ? label(speaker) : .none }
        if next.isLineBreak { return speaker.isOther || isFirst ? alone(speaker) : .none }
        // "RM - Peter - calls" is none of these.
        if Self.dashes.contains(next), isFirst, speaker.isTurn, text[at - 1].isBlank, next != "-" || !speaker.isPlain {
            return readDash(speaker)
        }
        guard speaker.isPlain, Self.arrows.contains(next) else { return .none }
        at += 1
        while let next = self.next, Self.arrows.contains(next) { at += 1 }
        guard let behind = self.next else { return isEnd ? .none : .unknown }
        return behind.isBlank || next == ">" ? label(speaker) : .none
    }

    /// `RM — Good morning.`: what is said begins behind a dash that stands alone.
    private mutating func readDash(_ speaker: Speaker) -> SpeakerLabel.Reading {
        at += 1
        guard let next else { return isEnd ? .none : .unknown }
        guard next.isBlank else { return .none }
        at += 1
        guard let behind = self.next else { return isEnd ? .none : .unknown }
        return behind.properties.isUppercase || behind == "\"" || behind == "“" ? label(speaker) : .none
    }

    /// A name alone on its line; a sentence that goes on behind it isn't one.
    private func alone(_ speaker: Speaker) -> SpeakerLabel.Reading {
        let window = text[at...].prefix(Self.longestPrefix)
        guard let behind = window.first(where: { !$0.isBlank && !$0.isLineBreak && !$0.isInvisible }) else {
            return isEnd || window.count == Self.longestPrefix ? label(speaker) : .unknown
        }
        return behind.properties.isLowercase ? .none : label(speaker)
    }

    /// Everything ends with the name.
    private func atEnd(_ speaker: Speaker) -> SpeakerLabel.Reading {
        speaker.isOther && !isFirst ? label(speaker) : .none
    }

    private func label(_ speaker: Speaker) -> SpeakerLabel.Reading {
        let size = text[..<at].reduce(0) { $0 + UTF8.width($1) }
        return .label(SpeakerLabel(size: size, isAnswerer: !speaker.isOther, isTurn: speaker.isTurn))
    }
}

/// Whom a name means.
private struct Speaker {
    private static let answerers = Set(Marks.answererLabels)
    private static let others = Set(Marks.otherLabels)
    private static let names = Marks.answererLabels + Marks.otherLabels
    /// What may stand behind a name: `RM's reply:`, `The RM could say:`, `Customer 2:`.
    private static let tails: Set<String> = [
        "reply", "response", "answer", "message", "turn", "says", "said", "replies", "responds", "writes", "asks",
        "answers",
        "should say", "could say", "might say", "would say", "can say", "may say", "should reply", "could reply",
        "might reply", "would reply", "should respond", "could respond", "might respond", "would respond",
        "could respond by saying", "should say next", "next message", "next reply", "next response",
    ]

    let isKnown: Bool
    /// Somebody who isn't asked.
    let isOther: Bool
    let isTurn: Bool
    /// The very word that the prompt has.
    let isPlain: Bool
    let mayBecomeOne: Bool
    let size: Int

    /// - Parameter isFirst: nothing of the answer stands before it.
    init(_ written: ArraySlice<Unicode.Scalar>, isFirst: Bool) {
        size = written.count
        let (plain, isWhole) = Self.words(written)
        let words = plain.lowercased()
        let base = words.hasPrefix("the ") ? String(words.dropFirst(4)) : words
        let name = Self.names.filter { base.hasName($0) }.max { $0.count < $1.count }
        let tail = name.map { Self.tail(base.dropFirst($0.count)) }
        isOther = name.map { Self.others.contains($0) } ?? false
        let mayBeCounted = isOther
        // `RM Jane`
        let isNamed =
            isFirst
            && name.map { Marks.managers.contains($0) && plain.dropFirst($0.count).isName(of: 1...2) } ?? false
        isKnown =
            isWhole
            && tail.map { $0.isEmpty || isNamed || Self.tails.contains($0) || mayBeCounted && Self.isNumber($0) }
                ?? false
        isTurn = isOther || name.map { Marks.turnLabels.contains($0) } ?? false
        isPlain = isKnown && (words == "rm" || words == "customer")
        mayBecomeOne =
            !isWhole || isNamed
            || tail.map { tail in mayBeCounted && Self.isNumber(tail) || Self.tails.contains { $0.hasPrefix(tail) } }
                ?? false
            || Self.names.contains { $0.hasPrefix(base) } || "the ".hasPrefix(words)
    }

    /// One space between two words, without what stands in parentheses; and whether none of these is open.
    private static func words(_ written: ArraySlice<Unicode.Scalar>) -> (text: String, isWhole: Bool) {
        var plain = String.UnicodeScalarView()
        var depth = 0
        for scalar in written where !scalar.isInvisible {
            switch scalar {
            case "(", "（": depth += 1
            case ")", "）": depth -= 1
            case "’": if depth == 0 { plain.append("'") }
            case "*", "_": break
            default: if depth == 0 { plain.append(scalar.isBlank ? " " : scalar.plain) }
            }
        }
        return (String(plain).split(separator: " ").joined(separator: " "), depth == 0)
    }

    private static func tail(_ text: Substring) -> String {
        let owned = text.hasPrefix("'s") ? text.dropFirst(2) : text == "'" ? "" : text
        return String(owned.drop { $0 == " " })
    }

    private static func isNumber(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 2 && text.allSatisfy { $0.isASCII && $0.isNumber }
    }
}

extension String {
    /// It begins with a name, and not with a longer word.
    fileprivate func hasName(_ name: String) -> Bool {
        guard hasPrefix(name) else { return false }
        guard let next = dropFirst(name.count).first else { return true }
        return next == " " || next == "'" || next.isNumber
    }
}

extension StringProtocol {
    /// So many words that each begin with a capital.
    fileprivate func isName(of count: ClosedRange<Int>) -> Bool {
        let words = split(separator: " ")
        return count ~= words.count && words.allSatisfy { $0.first?.isUppercase ?? false }
    }
}

extension Unicode.Scalar {
    /// Every character that Unicode has for the end of a line (https://www.unicode.org/reports/tr14/#BK), and those of ASCII.
    fileprivate var isLineBreak: Bool {
        0x0A...0x0D ~= value || value == 0x85 || value == 0x2028 || value == 0x2029
    }
    fileprivate var isPicture: Bool { properties.generalCategory == .otherSymbol || properties.isEmojiModifier }
    /// A letter that is as wide as a Chinese one, as the letter that it is.
    fileprivate var plain: Unicode.Scalar {
        0xFF21...0xFF5A ~= value ? Unicode.Scalar(value - 0xFEE0) ?? self : self
    }
    fileprivate var isBlank: Bool { !isLineBreak && properties.isWhitespace }
    /// Marks of direction, joiners and the like: nothing is seen of them.
    fileprivate var isInvisible: Bool {
        properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format
    }
    fileprivate var mayBeInName: Bool {
        properties.isAlphabetic || isBlank || isInvisible || properties.numericType != nil
            || "'’.()（）".unicodeScalars.contains(self)
    }
}
