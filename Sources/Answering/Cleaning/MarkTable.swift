/// Marks, ready to be looked for.

/// The marks as bytes in lower case.
enum MarkTable {
    static let thoughts = Marks.thoughts.map {
        (opening: $0.opening.lowercasedBytes, closing: $0.closing.lowercasedBytes)
    }
    static let wordyThoughts = Marks.wordyThoughts.map {
        (opening: $0.opening.lowercasedBytes, closing: $0.closing.lowercasedBytes)
    }
    static let bareChannel = (
        opening: Marks.bareChannel.opening.lowercasedBytes, closing: Marks.bareChannel.closing.lowercasedBytes
    )
    static let beginnings = (Marks.turnBegins + Marks.answers).map(\.lowercasedBytes)
    static let channel = Marks.channel.opening.lowercasedBytes
    static let message = Marks.channel.closing.lowercasedBytes
    static let strike = Array("<s>".utf8), strikeEnd = Array("</s>".utf8)
    /// Behind the thoughts of a channel.
    static let channelEnds = ["<|end|>", "<|return|>", "<|call|>", Marks.channel.opening].map(\.lowercasedBytes)
    static let allBeginnings =
        (thoughts + wordyThoughts).map(\.opening) + beginnings + [channel, bareChannel.opening]

    struct Mark {
        enum Kind {
            case end, closing, beginning
            case opening(closing: [UInt8])
            case strike(isOpening: Bool)
        }

        let bytes: [UInt8]
        let kind: Kind
    }

    /// Those that end or change an answer, by their first byte.
    static let byFirst: [[Mark]] = {
        let ends = (Marks.turnEnds + ["<|start|>", Marks.channel.opening]).map {
            Mark(bytes: $0.lowercasedBytes, kind: .end)
        }
        let strikes = [
            Mark(bytes: strike, kind: .strike(isOpening: true)),
            Mark(bytes: strikeEnd, kind: .strike(isOpening: false)),
        ]
        let others =
            thoughts.flatMap {
                [Mark(bytes: $0.closing, kind: .closing), Mark(bytes: $0.opening, kind: .opening(closing: $0.closing))]
            } + beginnings.map { Mark(bytes: $0, kind: .beginning) }
        var table = [[Mark]](repeating: [], count: 256)
        for mark in strikes + ends + others { table[Int(mark.bytes[0])].append(mark) }
        return table
    }()
}
