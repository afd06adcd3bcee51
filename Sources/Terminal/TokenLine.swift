/// Answers on a screen while they are being written.
import Bytes
import Records

/// A line that begins with the session and grows with each piece. One answer has it until its entry is out; what comes of
/// others in the meantime waits, so that they can be read one after the other. Pieces and entries go in, text comes out.
struct TokenLine {
    /// An answer loses the line when so many pieces of others have come and none of its own: its server may have died.
    private static let patience = 100
    /// Of more answers than this, and of more bytes of one, the beginning isn't kept: their entries will have them.
    private static let mostWaiting = 100
    private static let mostBytes = 1 << 16

    private struct Answer {
        /// The entry's id by its bytes: strings count as equal when they only look so, and two sessions must not share a line.
        let id: [UInt8]
        let sessionID: String
        /// What has come and isn't on the screen.
        var text = ""
    }

    /// The answer that has the line, and whether the line is open.
    private var current: Answer?
    private var isOpen = false
    private var waiting: [Answer] = []
    /// Pieces of others since the last of the current answer's.
    private var ofOthers = 0
    private var finished = FinishedEntries()

    /// What a piece puts on the screen.
    mutating func text(of token: Token) -> String {
        let id = Array(token.id.utf8)
        guard !finished.contains(id) else { return "" }
        let piece = Self.oneLine(token.text)
        if current?.id == id {
            ofOthers = 0
            // The first piece of an answer that is on the line already: another server was asked, and it begins anew.
            return token.index > 0 && isOpen ? piece : begin(piece)
        }
        hold(piece, of: token, id)
        guard current != nil else { return next() }
        ofOthers += 1
        return ofOthers < Self.patience ? "" : next()
    }

    private mutating func hold(_ piece: String, of token: Token, _ id: [UInt8]) {
        let place = waiting.firstIndex { $0.id == id } ?? waiting.endIndex
        if place == waiting.endIndex {
            if waiting.count == Self.mostWaiting { waiting.removeFirst() }
            waiting.append(Answer(id: id, sessionID: token.sessionID))
        }
        let last = waiting.count - 1
        let index = min(place, last)
        if token.index == 0 || waiting[index].text.utf8.count > Self.mostBytes { waiting[index].text = "" }
        waiting[index].text += piece
    }

    /// Gives the line to the answer that has waited longest.
    ///
    /// - Returns: what there is of it.
    mutating func next() -> String {
        let ending = end()
        ofOthers = 0
        current = waiting.isEmpty ? nil : waiting.removeFirst()
        return current.map { ending + begin($0.text) } ?? ending
    }

    private mutating func begin(_ text: String) -> String {
        let ending = end()
        isOpen = true
        return "\(ending)✍️  \(current?.sessionID.terminalSafe ?? ""): \(text)"
    }

    /// What ends the line, so that something else can be printed; nothing where none is open.
    mutating func end() -> String {
        defer { isOpen = false }
        return isOpen ? "\n" : ""
    }

    /// The entry with that id is out: what still comes of its answer is of no use.
    mutating func isOut(_ id: String) {
        let id = Array(id.utf8)
        waiting.removeAll { $0.id == id }
        if current?.id == id { current = nil }
        finished.insert(id)
    }

    /// Another workspace has begun: it may use the same ids for answers of its own.
    mutating func forget() {
        finished = FinishedEntries()
        (current, waiting) = (nil, [])
    }

    /// By scalar: a carriage return and a line feed make one character.
    private static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { line.append(scalar == "\n" ? " " : scalar) }
        return String(line).terminalSafe
    }
}
