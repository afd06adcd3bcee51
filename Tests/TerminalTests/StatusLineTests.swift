/// What the console says while answers are being written.
import Testing

@testable import Records
@testable import Terminal

@Suite("The status line", .timeLimit(.minutes(5)))
struct StatusLineTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// A line after so many pieces of one answer, the first at second 0.
    private func after(_ tokens: Int, session: String = "abc123") -> StatusLine {
        var line = StatusLine()
        for index in 0..<tokens { line.token(index, of: "s/\(session)/1", sessionID: session, at: start) }
        return line
    }

    @Test("It is there from the first piece of an answer until its entry is out")
    func underWay() {
        var line = after(0)
        #expect(line.isIdle)
        #expect(line.text(columns: 80, at: start) == nil)
        line.token(0, of: "s/abc123/1", sessionID: "abc123", at: start)
        #expect(!line.isIdle)
        #expect(line.text(columns: 80, at: start) != nil)
        line.isOut("s/another/1")
        #expect(!line.isIdle)
        line.isOut("s/abc123/1")
        #expect(line.isIdle)
        #expect(line.text(columns: 80, at: start) == nil)
    }

    @Test(
        "It says how many pieces have come, and since when",
        arguments: [
            (1, 0.0, "… abc123: 1 token, 0.0 s"), (57, 3.45, "… abc123: 57 tokens, 3.4 s"),
            (2, 75.0, "… abc123: 2 tokens, 75.0 s"), (2, -1.0, "… abc123: 2 tokens, 0.0 s"),
        ] as [(Int, Double, String)])
    func text(tokens: Int, seconds: Double, text: String) {
        var line = after(0)
        for index in 0..<tokens { line.token(index, of: "s/abc123/1", sessionID: "abc123", at: start) }
        #expect(line.text(columns: 80, at: at(seconds)) == text)
    }

    /// A question of a session that was asked so long ago, with so many windows behind it.
    private func asked(_ session: String, milliseconds: Int = 0, waiting: Int = 0) -> Asked {
        Asked(id: "s/\(session)/1", sessionID: session, milliseconds: milliseconds, waiting: waiting)
    }

    @Test(
        "From the question on it says since when, and how many windows wait",
        arguments: [
            (0, 0.0, 0, "… abc123: asked 0 s ago"), (0, 12.9, 1, "… abc123: asked 12 s ago, 1 window waiting"),
            (3000, 9.0, 5, "… abc123: asked 12 s ago, 5 windows waiting"),
        ] as [(Int, Double, Int, String)])
    func asked(milliseconds: Int, seconds: Double, waiting: Int, text: String) {
        var line = after(0)
        line.asked(asked("abc123", milliseconds: milliseconds, waiting: waiting), at: start)
        #expect(!line.isIdle)
        #expect(line.text(columns: 80, at: at(seconds)) == text)
    }

    @Test("A question that is said again has other windows behind it, and was asked when it was asked")
    func askedAgain() {
        var line = after(0)
        line.asked(asked("abc123"), at: start)
        line.asked(asked("abc123", milliseconds: 5000, waiting: 7), at: at(5))
        #expect(line.text(columns: 80, at: at(6)) == "… abc123: asked 6 s ago, 7 windows waiting")
    }

    @Test("With the first piece it is an answer, until its entry is out; what is said behind that is too late")
    func askedAndAnswered() {
        var line = after(0)
        line.asked(asked("abc123", waiting: 1), at: start)
        line.asked(asked("def456", waiting: 1), at: at(1))
        line.token(0, of: "s/abc123/1", sessionID: "abc123", at: at(10))
        #expect(line.text(columns: 80, at: at(12)) == "… abc123 (and 1 more): 1 token, 2.0 s")
        line.isOut("s/abc123/1")
        #expect(line.text(columns: 80, at: at(12)) == "… def456: asked 11 s ago, 1 window waiting")
        line.isOut("s/def456/1")
        line.asked(asked("def456"), at: at(13))
        #expect(line.isIdle)
    }

    @Test("Of several answers it tells of the one that began first, and how many there are beside it")
    func several() {
        var line = after(2)
        line.token(0, of: "s/def456/1", sessionID: "def456", at: at(1))
        line.token(0, of: "s/ghi789/1", sessionID: "ghi789", at: at(2))
        line.token(2, of: "s/abc123/1", sessionID: "abc123", at: at(3))
        #expect(line.text(columns: 80, at: at(4)) == "… abc123 (and 2 more): 3 tokens, 4.0 s")
        line.isOut("s/abc123/1")
        #expect(line.text(columns: 80, at: at(4)) == "… def456 (and 1 more): 1 token, 3.0 s")
    }

    @Test("An answer that begins anew is counted anew")
    func anew() {
        var line = after(5)
        line.token(0, of: "s/abc123/1", sessionID: "abc123", at: at(10))
        #expect(line.text(columns: 80, at: at(12)) == "… abc123: 1 token, 2.0 s")
    }

    @Test("Names that look the same are told apart")
    func lookAlike() {
        var line = after(1, session: "caf\u{E9}")
        line.token(0, of: "s/cafe\u{301}/1", sessionID: "cafe\u{301}", at: start)
        #expect(line.text(columns: 80, at: start) == "… caf\u{E9} (and 1 more): 1 token, 0.0 s")
    }

    @Test("A piece that comes behind its entry doesn't keep the line for good")
    func behindItsEntry() {
        var line = after(1)
        line.isOut("s/abc123/1")
        line.token(1, of: "s/abc123/1", sessionID: "abc123", at: start)
        #expect(line.isIdle)
    }

    @Test("However many answers begin and never end, few are known")
    func bounded() {
        var line = after(1)
        for number in 0..<1000 { line.token(0, of: "s/other\(number)/1", sessionID: "other\(number)", at: at(1)) }
        #expect(line.text(columns: 80, at: at(1)) == "… other900 (and 99 more): 1 token, 0.0 s")
    }

    @Test("A name can't drive the terminal")
    func escaped() {
        let text = after(1, session: "a\u{1B}[2J\r\nb").text(columns: 80, at: start)
        #expect(text == "… a\\u{1b}[2J\\r\\nb: 1 token, 0.0 s")
    }

    @Test(
        "It takes no more columns than there are; the name is cut first, then the rest",
        arguments: [
            (40, String(repeating: "n", count: 500), "… nnnnnnnnnnnnnnnnnnn…: 1 token, 0.0 s"),
            (25, "abc123", "… abc123: 1 token, 0.0 s"), (22, "abc123", "… a…: 1 token, 0.0 s"),
            (20, "abc123", "… : 1 token, 0.0 s"), (12, "abc123", "… : 1 tok…"), (2, "abc123", "…"),
            (1, "abc123", ""), (0, "abc123", ""),
        ] as [(Int, String, String)])
    func cut(columns: Int, session: String, text: String) {
        #expect(after(1, session: session).text(columns: columns, at: start) == text)
    }

    @Test("Wide characters count as two columns")
    func wide() {
        let line = after(1, session: String(repeating: "语", count: 100))
        for columns in 0...100 {
            let text = line.text(columns: columns, at: start) ?? ""
            #expect(text.unicodeScalars.reduce(0) { $0 + ($1 == "语" ? 2 : 1) } <= columns)
        }
    }
}
