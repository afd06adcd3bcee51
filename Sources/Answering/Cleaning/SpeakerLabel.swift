/// Who speaks, as it stands before a turn.

/// `RM:`, `**Customer:**`, `Relationship Manager :` and the like at the beginning of a line.
struct SpeakerLabel {
    /// With the colon and the white space behind it, in bytes.
    let size: Int
    /// The one who is to answer, and not somebody else.
    let isAnswerer: Bool
    /// It begins a turn wherever it stands at the beginning of a line. Others, such as "Response:", may be a heading.
    let isTurn: Bool

    /// Marks that may stand around a name.
    private static let decoration: Set<UInt8> = Set("*_#>[]\"".utf8)
    private static let longest = 40

    private static let answerers = Set(Marks.answererLabels)
    private static let others = Set(Marks.otherLabels)
    private static let turns = others.union([
        "rm", "relationship manager", "the rm", "assistant", "relationship manager (rm)",
    ])
    private static let names = Marks.answererLabels + Marks.otherLabels

    /// - Returns: nil where no label stands at the beginning.
    init?(in line: ArraySlice<UInt8>) {
        guard let colon = line.prefix(Self.longest).firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = Self.name(line[..<colon])
        let isAnswerer = Self.answerers.contains(name)
        guard isAnswerer || Self.others.contains(name) else { return nil }
        self.isAnswerer = isAnswerer
        isTurn = Self.turns.contains(name)
        var end = line.index(after: colon)
        // Marks around the name may close behind the colon.
        while end < line.endIndex, line[end] == UInt8(ascii: "*") || line[end] == UInt8(ascii: "_") { end += 1 }
        while end < line.endIndex, line[end].isSpace { end += 1 }
        size = end - line.startIndex
    }

    /// Whether a label may stand here once more of the line has come.
    static func mayBegin(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.count < longest, !line.contains(UInt8(ascii: ":")) else { return false }
        let begun = name(line)
        return names.contains { $0.hasPrefix(begun) }
    }

    private static func name(_ text: ArraySlice<UInt8>) -> String {
        let plain = text.filter { !decoration.contains($0) }
        return String(decoding: plain, as: UTF8.self).lowercased().split(separator: " ").joined(separator: " ")
    }
}
