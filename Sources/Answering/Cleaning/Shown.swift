/// What of an answer has been given out.
struct Shown {
    /// A line that announces an answer is shorter, in bytes.
    private static let longestPreamble = 300
    /// So much of it is kept, in bytes.
    private static let longestText = 4096
    /// Words without which a line announces no answer, but a list.
    private static let announcements = [
        "reply", "replies", "respon", "answer", "say", "suggest", "conversation", "transcript", "dialog", "antwort",
        "next message",
    ]

    /// White space that is given out once something follows it.
    private var space: [UInt8] = []
    private var size = 0
    private var hasLineBreak = false
    private var last: UInt8?
    /// The beginning.
    private(set) var text = ""
    /// Rows of a list begin with who is meant: with so many line breaks between two of them.
    private var rowBreaks: Int?

    var isEmpty: Bool { size == 0 }

    /// One line that announces an answer.
    var isPreamble: Bool {
        size <= Self.longestPreamble && !hasLineBreak && last == UInt8(ascii: ":")
            && Self.announcements.contains(where: text.lowercased().contains)
    }

    /// Whether who speaks, behind some white space, is a row of a list: a line with a colon introduces it, or another row.
    mutating func goesOnWithRows(behind space: ArraySlice<UInt8>) -> Bool {
        guard !isPreamble else { return false }
        let breaks = space.count { $0 == UInt8(ascii: "\n") }
        if last == UInt8(ascii: ":"), rowBreaks == nil { rowBreaks = breaks }
        return rowBreaks.map { breaks <= $0 } ?? false
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
        return piece
    }
}
