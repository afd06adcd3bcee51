/// What tabs are given of what others publish.
import Bytes
import Chat
import Foundation
import NIOCore
import Records
import Testing
import TestSupport

@testable import Page

@Suite("The board", .timeLimit(.minutes(1)))
struct BoardStateTests {
    private static let place = Board.Place(endpoint: "tcp://e", takesFeedback: true)
    private let board = Board([Self.place], run: "run")

    private func write(_ number: UInt64, _ line: String) {
        let bytes = Array(line.utf8)
        bytes.withUnsafeBytes { board.record(number, $0, in: 0, at: .now) }
    }

    private func entry(_ session: String = "abc", _ number: UInt64 = 1) -> String {
        let entry = WorkspaceEntry.sample(sessionID: session)
        let line = JSONWriter.bytes { entry.write(to: &$0, sequence: number, time: Timestamp(milliseconds: 0)) }
        return String(decoding: line, as: UTF8.self)
    }

    /// What a tab that began before all of it has read.
    private func events() -> String {
        guard case .blocks(let blocks, _) = board.read({ $0.log.read(from: 0, limit: .max) }) else { return "" }
        return blocks.map { String(buffer: $0) }.joined()
    }

    private func snapshot() -> [String] {
        String(buffer: board.snapshot(canCompose: false)).split(separator: "\n").map(String.init)
    }

    @Test("A record goes out once, with its number, and is in the snapshot")
    func record() {
        write(7, entry())
        write(7, entry())
        write(6, entry())
        #expect(events().components(separatedBy: "event: record").count == 2)
        #expect(events().contains("id: 7\n"))
        #expect(snapshot().filter { $0.hasPrefix("record ") }.count == 1)
        let session = String(buffer: board.session("abc", before: nil, atMost: 10))
        #expect(session.contains("record {\"record\":{") && session.contains(",\"workspace\":0,\"number\":7}"))
        #expect(session.contains("kept {\"workspace\":0,\"session_id\":\"abc\",\"first\":7}"))
    }

    @Test(
        "Whatever a line is, it ends no event and begins none",
        arguments: [
            "", "nonsense", "{\"a\":\r\n1}", "{\r}", "id: 9", "\u{2028}", "{\"specversion\":\"1.0\",\"id\":\"x",
        ])
    func strange(_ line: String) throws {
        // A line feed can't be in a line: that is how lines are told apart.
        write(1, line.replacingOccurrences(of: "\n", with: ""))
        let text = events()
        #expect(text.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 4)
        #expect(!text.utf8.contains(UInt8(ascii: "\r")))
        #expect(text.hasPrefix("id: 1\nevent: record\ndata: {\"record\":"))
        #expect(text.hasSuffix(",\"workspace\":0,\"number\":1}\n\n"))
    }

    @Test("An entry that is long for the list is only named there; records without a session are there, too")
    func stubs() {
        let text = String(repeating: "x", count: SessionBoard.longestEntry)
        write(1, entry().replacingOccurrences(of: "How long have you had it?", with: text))
        write(2, "{\"specversion\":\"1.0\",\"id\":\"s/1/rejected\",\"source\":\"x\",\"type\":\"t\"}")
        let records = snapshot().filter { $0.hasPrefix("record ") }
        #expect(records.count == 2)
        #expect(records[0].contains("s/1/rejected"))
        #expect(records[1].contains("too_large") && records[1].contains("\"subject\":\"abc\""))
        #expect(snapshot()[1].contains("\"last\":2"))
    }

    @Test("A record that is too long is named, and not sent")
    func long() {
        let text = String(repeating: "x", count: Board.longestRecord)
        write(1, entry().replacingOccurrences(of: "How long have you had it?", with: text))
        #expect(events().utf8.count < 1000)
        #expect(events().contains("\"subject\":\"abc\",\"sequence\":1,\"too_large\":"))
    }

    @Test(
        "What isn't a token, a question or a status is passed over",
        arguments: ["", "{}", "[]", #"{"id":1}"#, #"{"id":"a","session_id":"b","index":"c","token":"d"}"#, "\u{0}"])
    func payloads(_ text: String) {
        let payload = Array(text.utf8)
        board.token(payload, in: 0)
        board.asked(payload, in: 0)
        board.status(payload, in: 0, at: .now)
        #expect(events().isEmpty)
    }

    @Test("What is passed over leaves no hole in memory: what is before it is asked for")
    func skip() {
        for number in 1...5 as ClosedRange<UInt64> { write(number, entry("abc", number)) }
        board.skip(in: 0)
        write(50, entry("abc", 50))
        let session = String(buffer: board.session("abc", before: nil, atMost: 10))
        #expect(session.contains("\"first\":50"))
        #expect(board.read { $0.workspaces[0].skipped } == 44)
    }

    @Test("A workspace under another name has numbers of its own")
    func anew() {
        board.began("one", in: 0)
        write(9, entry())
        board.began("two", in: 0)
        write(1, entry())
        #expect(board.read { $0.workspaces[0].last } == 1)
        #expect(events().contains("event: workspace\ndata: {\"workspace\":0,\"stream\":\"two\"}"))
    }

    @Test("Each line of a snapshot is a name and JSON", arguments: ["a", "\u{0}\n\r\"\\", "\u{202E}", "caf\u{E9}"])
    func lines(_ session: String) throws {
        write(1, entry(session))
        let token = ["id": "e", "session_id": session, "index": 0, "token": session] as [String: any Sendable]
        board.token(Array(try JSONSerialization.data(withJSONObject: token)), in: 0)
        board.tick()
        let names = try snapshot().map { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            _ = try JSONSerialization.jsonObject(with: Data(parts[1].utf8))
            return String(parts[0])
        }
        #expect(names == ["begin", "workspace", "history", "figures", "record", "answer"])
    }
}

@Suite("Telling tabs", .timeLimit(.minutes(1)))
struct NewsTests {
    @Test("Who waits is woken by what comes, and by the end")
    func wakes() async {
        let news = News()
        let running = Task { await news.run() }
        let count = news.count
        async let waited: Void = news.wait(beyond: count)
        news.signal()
        await waited
        await news.wait(beyond: count)
        async let last: Void = news.wait(beyond: news.count)
        news.end()
        await last
        #expect(news.isOver)
        running.cancel()
        await running.value
    }

    @Test("A tab that is closed doesn't wait any more")
    func cancelled() async {
        let news = News()
        let tab = Task { await news.wait(beyond: 0) }
        tab.cancel()
        await tab.value
    }
}
