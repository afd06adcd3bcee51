/// Answers on a screen while they are being written.
import Common

/// A line that begins with the session and grows with each piece. Pieces and entries go in, text comes out.
struct TokenLine {
    /// So many entries that are out are remembered: the last pieces of their answers may come behind them.
    private static let remembered = 1000

    /// The answer whose line hasn't been ended. Answers are told apart by bytes: strings count as equal when they only
    /// look so, and two sessions must not share a line.
    private var open: [UInt8]?
    private var finished: Set<[UInt8]> = []
    private var finishedInOrder: [[UInt8]] = []

    /// What a piece puts on the screen.
    mutating func text(of token: Token) -> String {
        let answer = Array(token.id.utf8)
        guard !finished.contains(answer) else { return "" }
        let piece = Self.oneLine(token.text)
        // The first piece of an answer that is on the line already: another server was asked, and it begins anew.
        if open == answer && token.index > 0 { return piece }
        let ending = end()
        open = answer
        return "\(ending)✍️  \(token.sessionID.terminalSafe): \(piece)"
    }

    /// What ends the line, so that something else can be printed; nothing where none is open.
    mutating func end() -> String {
        defer { open = nil }
        return open == nil ? "" : "\n"
    }

    /// The entry with that id is out: what still comes of its answer is of no use.
    mutating func isOut(_ id: String) {
        let answer = Array(id.utf8)
        guard finished.insert(answer).inserted else { return }
        finishedInOrder.append(answer)
        if finishedInOrder.count > Self.remembered { finished.remove(finishedInOrder.removeFirst()) }
    }

    /// Another workspace has begun: it may use the same ids for answers of its own.
    mutating func forget() {
        finished = []
        finishedInOrder = []
    }

    /// By scalar: a carriage return and a line feed make one character.
    private static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { line.append(scalar == "\n" ? " " : scalar) }
        return String(line).terminalSafe
    }
}
