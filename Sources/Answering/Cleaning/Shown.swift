/// What of an answer has been given out.
struct Shown {
    /// A line that announces an answer is shorter, in bytes.
    private static let longestPreamble = 300
    /// So much of it is kept, in bytes.
    private static let longestText = 4096
    /// Words without which a line before a turn announces no answer, but a list.
    // A regex isn't Sendable; this one is made once, of a literal, and never changed.
    nonisolated(unsafe) private static let preamble =
        /repl(?:y|ies)|respon[sd]|answer|suggest|conversation|transcript|dialog|antwort|next message|(?:could|should|can|may|might|would|to) say/
        .ignoresCase()
    /// A line that speaks of the answer as of one of several: "Here's a possible response:", "As the RM, I would say:".
    // So is this one.
    nonisolated(unsafe) private static let announcement =
        /\b(?:an?|another|possible|suggested|natural|suitable|draft|sample)\b[\w ,-]{0,40}\b(?:response|reply)\b|\b(?:rm|relationship manager|you|i)\b[\w ,()]{0,20}\b(?:could|should|would|might|can|may) (?:say|reply|respond)\b/
        .ignoresCase()
    /// A line that tells what somebody says: what follows is a turn and no row.
    // So is this one.
    nonisolated(unsafe) private static let speech =
        /\b(?:(?:customer|client|user|rm|manager)(?:['’]s)? (?:respon\w*|repl\w+|answer\w*|turn|message|says?|said)|conversation|dialog\w*|transcript)\b/
        .ignoresCase()
    /// `Name: Anna`
    // So is this one.
    nonisolated(unsafe) private static let row = /^[^:：.!?]{1,30}[:：].*[^.!?。！？]$/

    /// A row whatever its end, where a line with a colon introduces it: `**Bank:** Checks the form.`
    // So is this one.
    nonisolated(unsafe) private static let introducedRow = /^[\s*•–-]*[^:：.!?]{1,30}[:：].+$/

    /// White space that is given out once something follows it.
    private var space: [UInt8] = []
    private var size = 0
    private var hasLineBreak = false
    private(set) var last: UInt8?
    /// The beginning.
    private(set) var text = ""
    /// The end of its last line.
    private var line = ""
    /// Rows of a list begin with who is meant: with so many line breaks between two of them.
    private var rowBreaks: Int?

    var isEmpty: Bool { size == 0 }

    private var endsWithColon: Bool { line.hasSuffix(":") || line.hasSuffix("：") }

    /// One line that announces an answer, behind which a turn follows.
    var isPreamble: Bool {
        size <= Self.longestPreamble && !hasLineBreak && endsWithColon && text.contains(Self.preamble)
    }

    /// Whether it and what follows is one line that announces an answer, with an empty line behind it.
    func announces(_ rest: ArraySlice<UInt8>, behind space: ArraySlice<UInt8>) -> Bool {
        let hasRest = rest.contains { !$0.isSpace }
        guard size + rest.count <= Self.longestPreamble, !hasLineBreak, !rest.contains(UInt8(ascii: "\n")),
            !(hasRest && size > 0 && self.space.contains(UInt8(ascii: "\n"))),
            (hasRest ? space : self.space + space).count(where: { $0 == UInt8(ascii: "\n") }) >= 2
        else { return false }
        let line = text + String(decoding: self.space + rest, as: UTF8.self)
        return line.last { !$0.isWhitespace }.map { $0 == ":" || $0 == "：" } ?? false
            && line.contains(Self.announcement)
    }

    /// Whether who speaks, behind some white space, is a row of a list: a line with a colon introduces it, or another row stands
    /// before it.
    mutating func goesOnWithRows(behind space: ArraySlice<UInt8>) -> Bool {
        guard !isPreamble else { return false }
        let breaks = (self.space + space).count { $0 == UInt8(ascii: "\n") }
        // "Please reply with:" may introduce a form, which follows on the next line. Behind an empty line it is a reply.
        let tellsOfSpeech = line.contains(Self.speech) || breaks > 1 && line.contains(Self.preamble)
        if endsWithColon, rowBreaks == nil, !tellsOfSpeech { rowBreaks = breaks }
        if breaks == 1, rowBreaks == nil, line.wholeMatch(of: Self.row) != nil { rowBreaks = breaks }
        if breaks == 1, rowBreaks == nil, hasIntroducedRows { rowBreaks = breaks }
        return rowBreaks.map { breaks <= $0 } ?? false
    }

    /// Whether its last lines are rows of a list, and the one before them introduces it.
    private var hasIntroducedRows: Bool {
        guard text.utf8.count == size else { return false }
        let lines = text.split(whereSeparator: \.isNewline)
        guard let head = lines.lastIndex(where: { $0.wholeMatch(of: Self.introducedRow) == nil }),
            head < lines.count - 1
        else { return false }
        return (lines[head].hasSuffix(":") || lines[head].hasSuffix("："))
            && !lines[head].contains(Self.speech) && !lines[head].contains(Self.preamble)
    }

    /// Whether what follows stands in the middle of a sentence.
    func isInSentence(_ rest: ArraySlice<UInt8>) -> Bool {
        let line = (space + rest).reversed()
        let last = line.first { !$0.isSpace } ?? self.last
        guard let last, !line.prefix(while: \.isSpace).contains(UInt8(ascii: "\n")) else { return false }
        return !".!?:".utf8.contains(last)
    }

    /// - Returns: what is to be given out.
    mutating func append(_ bytes: ArraySlice<UInt8>) -> String? {
        guard let end = bytes.lastIndex(where: { !$0.isSpace }) else {
            space += bytes
            return nil
        }
        let text = space + bytes[...end]
        space = Array(bytes[(end + 1)...])
        size += text.count
        hasLineBreak = hasLineBreak || text.contains(UInt8(ascii: "\n"))
        last = bytes[end]
        let piece = String(decoding: text, as: UTF8.self)
        if self.text.utf8.count < Self.longestText { self.text += piece }
        line = String((line + piece).suffix(Self.longestPreamble).drop { $0.isNewline })
        if let lineBreak = line.lastIndex(where: \.isNewline) { line = String(line[lineBreak...].dropFirst()) }
        return piece
    }
}
