/// How large a record can become, whatever is in it.
import Testing
import TestSupport

@testable import Bytes
@testable import Chat
@testable import Records
@testable import Streaming

@Suite("The size of records", .timeLimit(.minutes(5)))
struct RecordSizeTests {
    /// No record is larger, in bytes.
    private static let largest = 112 << 20
    /// A model's answer, what it really said, and what is said of it take less, in bytes.
    private static let largestAnswer = 8 << 20
    /// No character takes more of JSON for each of its bytes.
    private static let worst = "\u{7F}"

    private func json(_ entry: WorkspaceEntry) -> Int {
        JSONWriter.bytes { entry.write(to: &$0, sequence: .max, time: .distantFuture) }.count
    }

    private func entry(_ messages: [ChatMessage], supersedes: Int = 0) -> WorkspaceEntry {
        let window = Window(kind: .session, start: .distantPast, end: .distantFuture)
        return WorkspaceEntry(
            WindowResult(
                stream: String(repeating: Self.worst, count: 128),
                sessionID: String(repeating: Self.worst, count: MessageDecoder.longestSessionID), window: window,
                revision: .max, supersedes: Array(repeating: .init(window: window, revision: .max), count: supersedes),
                trigger: .window, conversation: Conversation(messages)),
            response: .none, timing: Timing(queued: .max, firstToken: .max, total: .max), lost: .max)
    }

    @Test("no character takes more than six bytes of JSON for each of its own, and how many it takes is known")
    func escapes() {
        var random = SeededGenerator(1)
        let scalars =
            (0...0x2FF).compactMap { Unicode.Scalar($0) } + [
                "\u{20AC}", "\u{61C}", "\u{2028}", "\u{202E}", "\u{2069}", "\u{1F600}", "\u{10FFFF}", "\u{FFFD}",
            ]
        for scalar in scalars {
            let text = String(Character(scalar))
            let size = JSONWriter.bytes { $0.value(text) }.count - 2
            #expect(size <= 6 * text.utf8.count)
        }
        for _ in 0..<300 {
            var text = String.UnicodeScalarView()
            for _ in 0..<40 { text.append(scalars.randomElement(using: &random) ?? "x") }
            var string = String(text)
            let size = string.withUTF8 { ByteWriter.quotedSize(UnsafeRawBufferPointer($0)) }
            #expect(size == JSONWriter.bytes { $0.value(string) }.count - 2)
        }
    }

    @Test("what is in a window takes no more than six times its cost", arguments: [0, 1, 10, 100, 100_000])
    func messages(_ length: Int) {
        let message = ChatMessage(
            timestamp: Timestamp(milliseconds: -62_167_219_200_000), sender: .customer,
            text: String(repeating: Self.worst, count: length), sequence: .max)
        let count = max(1, 100_000 / (length + 40))
        let full = json(entry(Array(repeating: message, count: count)))
        #expect(full - json(entry([])) <= 6 * count * Conversation.cost(ofText: length))
    }

    @Test("an entry is never larger than 112 MiB: a full window, or one message, an answer, and what is around them")
    func entries() {
        let around = json(entry([], supersedes: WindowResult.mostReplaced))
        #expect(around < 16 << 20)
        let window = max(6 * WindowPolicy.Limits().window, MessageDecoder.largestText + 6 * 40)
        #expect(window + 6 * Self.largestAnswer + around <= Self.largest)
    }

    @Test("nor is a record of a line that was set aside")
    func setAside() {
        let session = String(repeating: Self.worst, count: MessageDecoder.longestSessionID)
        let stream = String(repeating: Self.worst, count: 128)
        func size(_ line: String) -> Int {
            let record = SetAside(
                kind: .rejected, stream: stream, sequence: .max, sessionID: session, line: line,
                reason: "\(Rejection.badTimestamp(String(repeating: Self.worst, count: 1 << 20)))")
            return JSONWriter.bytes { record.write(to: &$0, sequence: .max, time: .distantFuture) }.count
        }
        let around = size("")
        #expect(size(String(repeating: Self.worst, count: 1000)) - around == 6000)
        #expect(around < 1 << 20)
        #expect(6 * KeptLine.limit + around <= Self.largest)
    }

    @Test(
        "a line that somebody else has kept may be what this program makes of one, and no more",
        arguments: [
            ("x", 3 * KeptLine.limit, true), ("\u{FFFD}", KeptLine.limit, true),
            ("\u{FFFD}", KeptLine.limit + 1, false),
            ("\u{1}", KeptLine.limit, true), ("\u{1}", KeptLine.limit + 1, false),
        ])
    func canBe(_ character: String, _ count: Int, _ isSo: Bool) {
        #expect(String(repeating: character, count: count).withBytes(KeptLine.canBe) == isSo)
    }
}
