/// Records as people see them on a terminal.
import Bytes
import Chat
import Records
import Streaming
import Terminal
import Testing
import TestSupport

@Suite("Pretty printer", .timeLimit(.minutes(5)))
struct PrettyPrinterTests {
    private let plain = PrettyPrinter(isColored: false)
    private let colored = PrettyPrinter(isColored: true)

    @Test("The first window of abc123 is printed exactly as documented")
    func exactBlock() {
        let rule = String(repeating: "=", count: 80)
        #expect(
            plain.text(.sample()) == """
                \(rule)
                🌐 GLOBAL WORKSPACE ENTRY - Session: abc123
                📅 Window: 14:30:00 - 14:30:30
                💬 Conversation Context (3 messages):
                   Customer: Hi, I'm interested in refinancing my loan.
                   RM: Hello! I'd be happy to help you with refinancing. What's your current loan situation?
                   Customer: I have a 30-year fixed mortgage at 4.5% interest rate.
                🤖 Quen Response: How long have you had it?
                \(rule)

                """)
    }

    @Test("A fallback is labelled as one, with its reason, and never as the model's answer")
    func fallback() {
        let text = plain.text(
            .sample(
                response: Response(status: .fallback, text: "One moment.", reason: "timed out", responder: "fallback")))
        #expect(text.contains("\n🤖 Fallback Response (timed out): One moment.\n"))
        #expect(!text.contains("Quen Response"))
    }

    @Test("An answer that was cut off at its length limit says so, and one whose question was too long doesn't")
    func cutOff() {
        func text(_ cutOff: Bool) -> String {
            let response = Response(
                status: .generated, text: "Thank you.", model: "m", responder: "ollama", truncated: true, cutOff: cutOff
            )
            return plain.text(.sample(response: response))
        }
        #expect(text(true).contains("\n🤖 Quen Response: Thank you. (cut off)\n==="))
        #expect(text(false).contains("\n🤖 Quen Response: Thank you.\n==="))
    }

    @Test("What nobody has said is named in a line of its own")
    func unsupported() {
        let response = Response(
            status: .generated, text: "4.2%, so $1,200.", model: "m", responder: "ollama",
            unsupported: ["4.2%", "$1,200"])
        #expect(plain.text(.sample(response: response)).contains("so $1,200.\n⚠️ Nobody has said: 4.2%, $1,200\n==="))
        #expect(withoutColors(colored.text(.sample(response: response))) == plain.text(.sample(response: response)))
        #expect(!plain.text(.sample()).contains("Nobody"))
    }

    @Test("Where nobody was asked, no answer is shown")
    func none() {
        let text = plain.text(.sample(response: Response.none))
        #expect(!text.contains("Quen Response"))
        #expect(!text.contains("Fallback Response"))
        #expect(text.contains("\n🤖 No response asked for\n"))
    }

    @Test("Where nobody was asked on purpose, the reason is shown")
    func notAsked() {
        let text = plain.text(.sample(response: .notAsked(because: "the RM spoke last")))
        #expect(text.contains("\n🤖 No response asked for: the RM spoke last\n"))
    }

    @Test("A revision is marked as such, the first result isn't")
    func revision() {
        #expect(plain.text(.sample(revision: 2)).contains("14:30:00 - 14:30:30 (revision 2)\n"))
        #expect(!plain.text(.sample(revision: 1)).contains("revision"))
    }

    @Test(
        "Messages are counted in words: none, one, several",
        arguments: [(0, "(0 messages):"), (1, "(1 message):"), (2, "(2 messages):")])
    func counts(_ count: Int, _ text: String) {
        let conversation = Conversation(Conversation.sample.messages.prefix(count))
        #expect(plain.text(.sample(conversation: conversation)).contains("💬 Conversation Context \(text)\n"))
    }

    @Test("Losses are told where there are any")
    func lost() {
        #expect(plain.text(.sample(lost: 12)).contains("lost in this stream so far: 12\n"))
        #expect(!plain.text(.sample(lost: 0)).contains("lost"))
    }

    @Test("A window that begins within a second shows its milliseconds")
    func milliseconds() {
        let window = Window(
            kind: .session, start: Timestamp(milliseconds: 1_737_642_600_250),
            end: Timestamp(milliseconds: 1_737_642_631_000))
        #expect(plain.text(.sample(window: window)).contains("📅 Window: 14:30:00.250 - 14:30:31\n"))
    }

    @Test(
        "What isn't a window's close says so, and which revision it is",
        arguments: [
            (Trigger.window, 1, ""), (.window, 2, " (revision 2)"), (.turn, 1, " (early answer)"),
            (.size, 1, " (part)"), (.size, 3, " (part) (revision 3)"),
        ])
    func trigger(_ trigger: Trigger, _ revision: Int, _ text: String) {
        let entry = WorkspaceEntry.sample(revision: revision, trigger: trigger)
        #expect(plain.text(entry).contains("📅 Window: 14:30:00 - 14:30:30\(text)\n"))
    }

    @Test("A late and a rejected line are one short line each, with place, session and reason")
    func setAside() {
        let late = plain.text(.sample(.late, reason: "its windows have closed"))
        let rejected = plain.text(.sample(.rejected, sessionID: nil, reason: "not valid JSON"))
        for (text, reason) in [(late, "its windows have closed"), (rejected, "not valid JSON")] {
            #expect(text.hasSuffix("\n"))
            #expect(text.split(separator: "\n").count == 1)
            #expect(text.contains(reason))
            #expect(text.contains("17"))
            #expect(text.contains("stream-1"))
        }
        #expect(late.contains("Late") && late.contains("abc123"))
        #expect(rejected.contains("Rejected") && !rejected.contains("session"))
    }

    @Test("A record prints as what is in it")
    func record() throws {
        #expect(plain.text(try WorkspaceRecord(json: WorkspaceEntry.sample().json())) == plain.text(.sample()))
        let late = SetAside.sample(.late)
        #expect(plain.text(try WorkspaceRecord(json: late.json())) == plain.text(late))
    }

    @Test("Colours appear only where they are wanted, and change nothing else")
    func colors() {
        let entry = WorkspaceEntry.sample(lost: 1)
        #expect(!plain.text(entry).contains("\u{1B}"))
        #expect(colored.text(entry).contains("\u{1B}["))
        #expect(withoutColors(colored.text(entry)) == plain.text(entry))
    }

    private static let hostile =
        "x\u{1B}[31m\u{1B}]0;title\u{7}\u{9B}2J\u{9D}\u{85}\r\n=====\t\u{8}\u{7F}\0\u{202E}\u{2028}y"

    /// Records with something hostile in every place that comes from outside.
    private func hostileTexts(_ printer: PrettyPrinter) -> [String] {
        let hostile = Self.hostile
        let statuses: [Response.Status] = [.generated, .fallback, .none]
        return statuses.map { status in
            printer.text(
                .sample(
                    stream: hostile, sessionID: hostile, conversation: .saying(hostile),
                    response: Response(
                        status: status, text: hostile, reason: hostile, model: hostile, responder: hostile,
                        raw: hostile, unsupported: status == .none ? [hostile] : [])))
        }
            + [SetAside.Kind.late, .rejected].map { kind in
                printer.text(.sample(kind, stream: hostile, sessionID: hostile, line: hostile, reason: hostile))
            }
    }

    private func drivesTerminals(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            scalar != "\n"
                && (scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
                    || scalar == "\u{2028}")
        }
    }

    @Test("Escape sequences in names, texts, reasons and answers never reach the terminal")
    func hostile() {
        #expect(drivesTerminals(Self.hostile))
        for text in hostileTexts(plain) {
            #expect(!drivesTerminals(text))
            #expect(!text.utf8.contains(0x1B))
        }
        for text in hostileTexts(colored) { #expect(!drivesTerminals(withoutColors(text))) }
    }

    @Test("Each message's text is printed as terminalSafe makes it, whatever single character is in it")
    func everyCharacter() {
        let texts = (UInt32(0)...0x2FFF).compactMap(Unicode.Scalar.init).filter { $0 != "\n" }.map { "a\($0)b" }
        let messages = texts.map {
            ChatMessage(timestamp: Timestamp(milliseconds: 0), sender: .rm, text: $0, sequence: 1)
        }
        let printed = plain.text(.sample(conversation: Conversation(messages)))
        let lines = printed.utf8.split(separator: UInt8(ascii: "\n")).map { Array($0) }.dropFirst(4).prefix(texts.count)
        #expect(lines.count == texts.count)
        let wrong = zip(lines, texts).filter { line, text in line != Array("   RM: \(text.terminalSafe)".utf8) }
        #expect(wrong.prefix(3).map { $0.1 } == [])
    }

    @Test(
        "Line breaks of messages and answers are line breaks; what is behind them can't be taken for a line of the block"
    )
    func lines() {
        let texts = hostileTexts(plain)
        #expect(texts.prefix(3).map { $0.split(separator: "\n").count } == [9, 9, 9])
        #expect(texts.suffix(2).map { $0.split(separator: "\n").count } == [1, 1])
        let fake = "Hello\n   RM: I promise you 20%"
        let faked = plain.text(.sample(conversation: .saying(fake)))
        #expect(!faked.contains("\n   RM:") && faked.contains("Hello\n         RM: I promise"))
        let answer = Response(
            status: .generated, text: "Thank you.\r\n\n1. Your income\n🤖 Fallback", model: "m", responder: "ollama")
        #expect(
            plain.text(.sample(response: answer))
                .contains("Quen Response: Thank you.\n      \n      1. Your income\n      🤖 Fallback\n=="))
    }

    private func withoutColors(_ text: String) -> String {
        ["0", "1", "32", "33"].reduce(text) { $0.replacing("\u{1B}[\($1)m", with: "") }
    }
}

extension PrettyPrinter {
    fileprivate func text(_ entry: WorkspaceEntry) -> String { text(.entry(entry)) }
    fileprivate func text(_ setAside: SetAside) -> String { text(.setAside(setAside)) }
}
