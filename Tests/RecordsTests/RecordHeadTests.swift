/// The beginning of records' lines.
import Chat
import Records
import Testing
import TestSupport

@Suite("The head of a record", .timeLimit(.minutes(1)))
struct RecordHeadTests {
    private func read(_ line: [UInt8]) -> RecordHead? { line.withUnsafeBytes { RecordHead(line: $0) } }

    @Test(
        "Id, type and session are read as they are",
        arguments: ["a", "a/b", "Ä\"\\\u{1F600}", "\n\u{7F}\u{202E}", "100%"])
    func fields(_ session: String) throws {
        let entry = WorkspaceEntry.sample(sessionID: session)
        let head = try #require(read(entry.json()))
        #expect(head.id == entry.id)
        #expect(head.type == "streamllm.workspace.entry.v1")
        #expect(head.subject == session)
    }

    @Test("A record without a session has no subject")
    func noSubject() throws {
        let head = try #require(read(SetAside.sample(.rejected, sessionID: nil).json()))
        #expect(head.subject == nil)
        #expect(head.type == "streamllm.message.rejected.v1")
    }

    @Test("Whatever a line is cut off to, it is a head or none")
    func cut() {
        let whole = SetAside.sample(.late).json()
        for count in whole.indices { _ = read(Array(whole[..<count])) }
        for text in ["", "{", "nonsense", #"{"specversion":"1.0","id":"\"#] { #expect(read(Array(text.utf8)) == nil) }
    }
}
