/// Stores of version 1, as the release before wrote them.
import Foundation
import GRDB
import Streaming
import Testing
import TestSupport

@testable import Consuming
@testable import Storage

// One after the other: a database blocks its thread, and other tests want some of those.
@Suite("A store of version 1", .serialized, .timeLimit(.minutes(5)))
struct FirstStoreTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/store.sqlite"
    }

    /// The state after these lines of the stream s, by session windows with a gap of 5 s, 60 s at most, and 60 s of allowed
    /// lateness, with early answers after 2 s; times are seconds after 14:30: 1 a "one", 2 a "two" (rm), 10 b "three",
    /// 3 a "late one", 11 c "é"; then seven were lost, and line 13 is of 2099, and held.
    private static let checkpoint = """
        igF7ImFsbG93ZWRMYXRlbmVzcyI6NjAwMDAsIm1heEFkdmFuY2UiOjM2MDAwMDAsIm1heE91dE9mT3JkZXJuZXNzIjowLCJ0dXJu\
        U2lsZW5jZSI6MjAwMCwid2luZG93cyI6eyJzZXNzaW9uIjp7ImdhcCI6NTAwMCwibG9uZ2VzdCI6NjAwMDB9fX0BAXPwxJC5kmXw\
        xJC5kmXQyPmC++wBAQEB0Mj5gvvsARoBBgRiZmFyAwFh0KiPuZJlgJaQuZJlBAEBAdCoj7mSZbBtBAPQqI+5kmUCBm9uZdAPAgd0\
        d2/QDwQQbGF0ZSBvbmUBYqC1kLmSZbCDkbmSZQAAAQABoLWQuZJlBgp0aHJlZQFj8MSQuZJlgJORuZJlAAABAAHwxJC5kmUKBMOp\
        AQFzAQFzBwEBcw1ZeyJzZXNzaW9uX2lkIjoiYiIsInRpbWVzdGFtcCI6IjIwOTktMDEtMDFUMTQ6MzA6MDFaIiwic2VuZGVyIjoi\
        Y3VzdG9tZXIiLCJtZXNzYWdlIjoiZmFyIn0=
        """

    /// What came then: 12 b "four", a line that is none, 1 d "early", and line 17, of 2099; the stream's clock at 14 s; the
    /// same two and a half hours later.
    private static let journal = [
        """
        AAFzDgQDwNSQuZJlHAEI76sBBAEK0K/qyeiHAQIBEhViZm91cmRlYXJseWRmYXIgYWdhaW4BDwhub25zZW5zZUpub3QgdmFsaWQg\
        SlNPTjogUHJvYmxlbSB3aGlsZSBwYXJzaW5nIGFuIGF0b20gc3RhcnRpbmcgd2l0aCB0aGUgbGV0dGVyICduJwERX3sic2Vzc2lv\
        bl9pZCI6ImQiLCJ0aW1lc3RhbXAiOiIyMDk5LTAxLTAxVDE0OjMwOjAyWiIsInNlbmRlciI6ImN1c3RvbWVyIiwibWVzc2FnZSI6\
        ImZhciBhZ2FpbiJ9
        """,
        "AQFz4POQuZJl",
        "AQFzgOrZwZJl",
    ]

    private static let tables = """
        CREATE TABLE meta (key INTEGER PRIMARY KEY, value BLOB NOT NULL);
        CREATE TABLE journal (id INTEGER PRIMARY KEY, event BLOB NOT NULL, sum INTEGER NOT NULL);
        CREATE TABLE cursor (id INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL UNIQUE, state BLOB NOT NULL);
        CREATE TABLE pending (id INTEGER PRIMARY KEY AUTOINCREMENT, window BLOB NOT NULL);
        CREATE TABLE record (
            first INTEGER PRIMARY KEY, next INTEGER NOT NULL UNIQUE, time REAL NOT NULL, records BLOB NOT NULL,
            sum INTEGER NOT NULL);
        PRAGMA user_version = 1;
        """

    /// Makes a store of version 1 with a checkpoint and some rows of the journal.
    private func make(_ checkpoint: [UInt8], rows: Int) throws {
        try DatabaseQueue(path: path).write { db in
            try db.execute(sql: Self.tables)
            for (key, value) in [(1, Array("workspace-first".utf8)), (2, [1, 2, 3]), (3, checkpoint), (4, [])] {
                try db.execute(
                    sql: "INSERT INTO meta VALUES (?, ?)", arguments: [key, Data(sealing: value, key: Int64(key))])
            }
            for row in Self.journal.prefix(rows) {
                try Array(try Self.bytes(row)).withUnsafeBytes { bytes in
                    try Data.withoutCopy(of: bytes, key: 0) { event, sum in
                        try db.execute(sql: "INSERT INTO journal (event, sum) VALUES (?, ?)", arguments: [event, sum])
                    }
                }
            }
        }
    }

    private static func bytes(_ base64: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: base64))) }

    private func recovered(_ store: Store) async throws -> Recovered {
        try await Recovered(
            from: store,
            into: Pipeline(
                policy: WindowPolicy(.tumbling(size: 30_000)), endpoints: ["e"], logger: LogCapture().logger))
    }

    /// What comes out when the stream ends, a line each.
    private func end(_ pipeline: inout Pipeline) async -> [String] {
        var lines: [String] = []
        await pipeline.process(.ended(stream: "s"), with: BatchDecoder()) { outcome in
            lines += outcome.windows.map { window in
                let result = window.result
                let texts = result.conversation.messages.map(\.text).joined(separator: ", ")
                return "\(result.sessionID) \(result.window.start.clock)-\(result.window.end.clock) "
                    + "#\(result.revision) \(result.trigger): \(texts)"
            }
            for case .setAside(let record) in outcome.records {
                lines.append("rejected \(record.sequence): \(record.line.contains("far again"))")
            }
        }
        return lines
    }

    @Test("is brought to the present form, and goes on where it was")
    func goesOn() async throws {
        try make(try Self.bytes(Self.checkpoint), rows: 2)
        for _ in 0..<2 {
            let store = try Store(path: path, synchronous: .normal)
            #expect(store.outputStream == "workspace-first")
            #expect(try store.recovery().checkpoint?.parts == 1)
            var pipeline = try await recovered(store).pipeline
            #expect(pipeline.lost == ["s": 7])
            #expect(pipeline.engine.openWindows == 4)
            // The limits are new, and the other rules as they were: nothing comes out before its time.
            var policy = pipeline.policy
            policy.limits = WindowPolicy.Limits()
            #expect(policy != pipeline.policy)
            var windows = 0
            await pipeline.process(.policy(policy)) { windows += $0.windows.count }
            #expect(windows == 0)
            #expect(
                await end(&pipeline) == [
                    "c 14:30:11-14:30:16 #2 window: é", "b 14:30:10-14:30:17 #2 window: three, four",
                    "rejected 17: true",
                ])
        }
    }

    @Test("has a journal that is run by the rules of its time: a clock that is far ahead was believed at once")
    func itsOwnRules() async throws {
        try make(try Self.bytes(Self.checkpoint), rows: 3)
        var pipeline = try await recovered(try Store(path: path, synchronous: .normal)).pipeline
        #expect(pipeline.engine.openWindows == 0)
        #expect(await end(&pipeline) == ["rejected 17: true"])
    }

    @Test("has a checkpoint of many megabytes, which becomes parts")
    func large() throws {
        var checkpoint = [UInt8](repeating: 7, count: 10_000_000)
        for place in stride(from: 0, to: checkpoint.count, by: 1000) { checkpoint[place] = UInt8(place / 1000 % 251) }
        try make(checkpoint, rows: 0)
        let store = try Store(path: path, synchronous: .normal)
        let parts = try store.parts(of: try store.recovery().checkpoint)
        #expect(parts.map(\.count) == [4 << 20, 4 << 20, 10_000_000 - (8 << 20)])
        #expect(Array(parts.joined()) == checkpoint)
    }

    @Test("has none yet: it begins anew")
    func empty() async throws {
        try make([], rows: 0)
        let store = try Store(path: path, synchronous: .normal)
        #expect(try store.recovery().checkpoint == nil)
        #expect(try await recovered(store).pipeline.engine.openWindows == 0)
    }

    @Test("has a damaged one: that is noticed when it is brought to the present form, and the store left as it is")
    func damaged() throws {
        try make(try Self.bytes(Self.checkpoint), rows: 1)
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "UPDATE meta SET value = x'00' || substr(value, 2) WHERE key = 3")
        }
        for _ in 0..<2 {
            let error = #expect(throws: StoreError.self) { try Store(path: path, synchronous: .normal) }
            #expect(error?.isDamage == true)
        }
        let version = try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        #expect(version == 1)
    }
}
