/// What a terminal says of answers while they are being written.
import Bytes
import Records

/// Answers under way, as one line of text. Events and the time go in; it draws nothing itself.
struct StatusLine: Sendable {
    private struct Answer {
        /// The entry's id, as bytes: strings count as equal when they only look so.
        let id: [UInt8]
        let sessionID: String
        /// 0: it has been asked for.
        var tokens: Int
        /// When its first piece came, or it was asked for.
        var began: ContinuousClock.Instant
    }

    /// So many answers are known at a time; of more, those that began first are forgotten.
    private static let most = 100

    /// In the order in which they were asked for, as far as that is known, or began.
    private var answers: [Answer] = []
    /// Windows that wait for a question of their own.
    private var waiting = 0
    private var finished = FinishedEntries()

    /// Whether no answer is under way.
    var isIdle: Bool { answers.isEmpty }

    // MARK: What happens

    /// A question is under way. It may be said again, with another number of windows that wait.
    mutating func asked(_ asked: Asked, at now: ContinuousClock.Instant) {
        waiting = asked.waiting
        let id = Array(asked.id.utf8)
        guard !finished.contains(id), !answers.contains(where: { $0.id == id }) else { return }
        add(Answer(id: id, sessionID: asked.sessionID, tokens: 0, began: now - .milliseconds(asked.milliseconds)))
    }

    /// A piece of an answer has come. From the first one on the answer is being written; where that comes again another
    /// server was asked, and the answer begins anew.
    mutating func token(_ index: Int, of entryID: String, sessionID: String, at now: ContinuousClock.Instant) {
        let id = Array(entryID.utf8)
        guard !finished.contains(id) else { return }
        guard let place = answers.firstIndex(where: { $0.id == id }) else {
            add(Answer(id: id, sessionID: sessionID, tokens: 1, began: now))
            return
        }
        if index == 0 || answers[place].tokens == 0 {
            answers[place].tokens = 0
            answers[place].began = now
        }
        answers[place].tokens += 1
    }

    private mutating func add(_ answer: Answer) {
        if answers.count == Self.most { answers.removeFirst() }
        answers.append(answer)
    }

    /// The entry with that id is out.
    mutating func isOut(_ entryID: String) {
        let id = Array(entryID.utf8)
        answers.removeAll { $0.id == id }
        finished.insert(id)
    }

    /// Another workspace has begun: it may use the same ids for answers of its own.
    mutating func forget() { (answers, waiting, finished) = ([], 0, FinishedEntries()) }

    // MARK: What to show

    /// The line, of at most so many columns; nil where no answer is under way. It tells of the one that was asked for first, so
    /// that it doesn't jump from one to another.
    func text(columns: Int, at now: ContinuousClock.Instant) -> String? {
        guard let answer = answers.first else { return nil }
        let others = answers.count > 1 ? " (and \(answers.count - 1) more)" : ""
        let rest = others + ": " + words(for: answer, at: now)
        // A long name is cut rather than what stands behind it. It may be a megabyte: no more of it is looked at.
        let lead = "… "
        let room = max(0, columns - Self.width(lead) - Self.width(rest))
        let start = String(String.UnicodeScalarView(answer.sessionID.unicodeScalars.prefix(room + 1)))
        return Self.cut(lead + Self.cut(start.terminalSafe, to: room) + rest, to: columns)
    }

    private func words(for answer: Answer, at now: ContinuousClock.Instant) -> String {
        let tenths = max(0, (now - answer.began).milliseconds) / 100
        if answer.tokens > 0 {
            return "\(answer.tokens) token\(answer.tokens == 1 ? "" : "s"), \(tenths / 10).\(tenths % 10) s"
        }
        let line = waiting == 0 ? "" : ", \(waiting) window\(waiting == 1 ? "" : "s") waiting"
        return "asked \(tenths / 10) s ago\(line)"
    }

    /// The text, or as much of it as has room, with a mark that something was cut off.
    private static func cut(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        var kept = String.UnicodeScalarView()
        var room = columns - width("…")
        for scalar in text.unicodeScalars {
            room -= width(scalar)
            if room < 0 { break }
            kept.append(scalar)
        }
        return columns < width("…") ? "" : String(kept) + "…"
    }

    private static func width(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + width($1) } }

    /// Columns of a character, or more: from Hangul on some take two, and which do depends on the terminal. A line that
    /// is cut too early does no harm; one that is too long wraps, and can't be drawn again in its place.
    private static func width(_ scalar: Unicode.Scalar) -> Int { scalar.value < 0x1100 ? 1 : 2 }
}
