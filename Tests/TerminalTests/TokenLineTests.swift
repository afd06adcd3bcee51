/// Answers on a screen while they are being written.
import Testing

@testable import Records
@testable import Terminal

@Suite("The line of pieces", .timeLimit(.minutes(5)))
struct TokenLineTests {
    private func token(_ session: String, _ index: Int, _ text: String, window: Int = 1) -> Token {
        Token(id: "s/\(session)/\(window)", sessionID: session, index: index, text: text)
    }

    /// What several pieces put on the screen.
    private func shown(_ tokens: [Token]) -> String {
        var line = TokenLine()
        return tokens.map { line.text(of: $0) }.joined()
    }

    @Test("A line begins with the session and grows; it is ended once")
    func grows() {
        var line = TokenLine()
        let pieces = [
            line.end(), line.text(of: token("a", 0, "Let ")), line.text(of: token("a", 1, "me")), line.end(),
            line.end(),
        ]
        #expect(pieces == ["", "✍️  a: Let ", "me", "\n", ""])
    }

    @Test("While an answer has the line, others wait; when its entry is out, the next one has it with all that came")
    func oneByOne() {
        var line = TokenLine()
        var shown = [
            token("a", 0, "One"), token("b", 0, "No"), token("b", 0, "Two"), token("c", 0, "Three"), token("a", 1, "."),
            token("b", 1, "."),
        ].map { line.text(of: $0) }.joined()
        #expect(shown == "✍️  a: One.")
        line.isOut("s/a/1")
        shown = line.end() + line.text(of: token("c", 1, ".")) + line.text(of: token("b", 2, "!"))
        #expect(shown == "\n✍️  b: Two.!")
        // An entry of somebody else's comes in between.
        line.isOut("s/c/1")
        shown = line.end() + line.text(of: token("b", 3, "?"))
        #expect(shown == "\n✍️  b: ?")
    }

    @Test("An answer of which nothing comes any more loses the line")
    func silent() {
        var line = TokenLine()
        _ = line.text(of: token("a", 0, "One"))
        let shown = (0...99).map { line.text(of: token("b", $0, "x")) }.joined()
        #expect(shown == "\n✍️  b: " + String(repeating: "x", count: 100))
    }

    @Test("An answer that begins anew begins a new line")
    func anew() {
        let shown = shown([token("a", 0, "I was"), token("a", 1, " about"), token("a", 0, "Yes"), token("a", 1, ".")])
        #expect(shown == "✍️  a: I was about\n✍️  a: Yes.")
    }

    @Test("Who comes in the middle of an answer sees the rest of it")
    func inTheMiddle() {
        #expect(shown([token("a", 7, "the rest")]) == "✍️  a: the rest")
    }

    @Test("Sessions that look the same don't share a line")
    func lookAlike() {
        #expect(shown([token("caf\u{E9}", 0, "1"), token("cafe\u{301}", 1, "2")]).hasSuffix(": 1"))
    }

    @Test(
        "Line feeds become spaces, and nothing drives the terminal",
        arguments: [
            ("a\n\nb", "a  b"), ("a\r\nb", "a\\r b"), ("\u{1B}[2J", "\\u{1b}[2J"), ("\u{202E}", "\\u{202e}"), ("", ""),
            ("Grüße 🌍", "Grüße 🌍"),
        ])
    func escaped(_ text: String, _ shown: String) {
        #expect(self.shown([token("s\u{7}", 0, text)]) == "✍️  s\\u{7}: \(shown)")
    }

    @Test("What comes of an answer behind its entry isn't shown, until another workspace begins")
    func behindItsEntry() {
        var line = TokenLine()
        let first = line.text(of: token("a", 0, "One"))
        line.isOut("s/a/1")
        line.isOut("s/a/1")
        let behind = [line.end(), line.text(of: token("a", 1, ".")), line.text(of: token("a", 0, "Anew"))]
        let next = line.text(of: token("a", 0, "Two", window: 2))
        line.forget()
        let again = line.text(of: token("a", 0, "One"))
        #expect(first == "✍️  a: One")
        #expect(behind == ["\n", "", ""])
        #expect(next == "✍️  a: Two")
        #expect(again == "\n✍️  a: One", "the line of the one before is ended")
    }

    @Test("A payload is read; what isn't one is refused")
    func payload() throws {
        let token = try Token(json: Array(#"{"id": "i", "session_id": "s", "index": 3, "token": "t", "new": 1}"#.utf8))
        #expect(token.id == "i")
        #expect(token.sessionID == "s")
        #expect(token.index == 3)
        #expect(token.text == "t")
        for bad in ["", "{}", "7", #"{"id": "i", "session_id": "s", "index": "3", "token": "t"}"#] {
            #expect(throws: (any Error).self) { _ = try Token(json: Array(bad.utf8)) }
        }
    }
}
