/// Finding entries by their ids.
import Bytes
import Feed
import Records
import StorageRig
import Testing

@testable import Consuming
@testable import Storage

@Suite("The index of entries", .timeLimit(.minutes(1)))
struct EntryIndexTests {
    /// A log with one entry of each session, in this order, and something else behind each.
    private func log(_ sessions: [String], from first: UInt64 = 1, limit: Int = 1 << 20) throws -> MemoryLog {
        var log = MemoryLog(countLimit: limit, byteLimit: 1 << 30, next: first)
        try append(sessions, to: &log)
        return log
    }

    private func append(_ sessions: [String], to log: inout MemoryLog) throws {
        for session in sessions {
            let other = SetAside(
                kind: .late, stream: "test", sequence: log.next, sessionID: session, line: "", reason: "")
            let records: [WorkspaceRecord] = [
                .entry(PendingWindow.of(session, 1).entry(response: .none)), .setAside(other),
            ]
            log.append(try PackedRecords(records, first: log.next).lines())
        }
    }

    private func id(_ session: String) -> String { PendingWindow.of(session, 1).entry(response: .none).id }

    /// Asks until it knows.
    private func find(_ id: String, _ index: inout EntryIndex, _ log: inout MemoryLog) throws -> EntryIndex.Finding {
        while true {
            let finding = try index.find(id, in: &log)
            if finding != .searching { return finding }
        }
    }

    @Test("Old entries and new ones are found, whatever their session is called")
    func found() throws {
        let sessions = (0..<3000).map { "s\($0)" } + ["a/b", "Ä\"\n\u{1F600}", "100%", "\\"]
        var log = try log(sessions)
        var index = EntryIndex()
        for session in [sessions[2999], sessions[0]] + sessions.suffix(4) {
            #expect(try find(id(session), &index, &log) == .session(session))
        }
        try append(["later"], to: &log)
        #expect(try find(id("later"), &index, &log) == .session("later"))
        #expect(try find(id("nobody"), &index, &log) == .unknown)
        #expect(try find("test/s1/late", &index, &log) == .unknown)
        #expect(try find("", &index, &log) == .unknown)
    }

    @Test("What isn't there is known at once when all has been read")
    func missing() throws {
        var log = try log((0..<100).map { "s\($0)" })
        var index = EntryIndex()
        #expect(try find("nobody", &index, &log) == .unknown)
        #expect(try index.find("somebody", in: &log) == .unknown)
    }

    @Test("What the log has forgotten is unknown")
    func forgotten() throws {
        var log = try log((0..<10).map { "s\($0)" })
        var index = EntryIndex()
        #expect(try find(id("s0"), &index, &log) == .session("s0"))
        log.forget(before: 11)
        #expect(try find(id("s0"), &index, &log) == .unknown)
        #expect(try find(id("s9"), &index, &log) == .session("s9"))
    }

    @Test("Of very many, the newest are known, and their number stays bounded")
    func many() throws {
        var log = try log((0..<400).map { "s\($0)" })
        var index = EntryIndex(most: 100)
        #expect(try find(id("s399"), &index, &log) == .session("s399"))
        for round in 1..<10 {
            try append((0..<100).map { "r\(round)-\($0)" }, to: &log)
            #expect(try find(id("r\(round)-0"), &index, &log) == .session("r\(round)-0"))
            #expect(try find("nobody", &index, &log) == .unknown)
            #expect(index.count <= 600)
        }
        #expect(try find(id("s0"), &index, &log) == .unknown)
        #expect(try find(id("r9-99"), &index, &log) == .session("r9-99"))
    }
}
