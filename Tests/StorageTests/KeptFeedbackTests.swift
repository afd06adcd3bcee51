/// Feedback in the store.
import Foundation
import GRDB
import Records
import StorageRig
import Testing
import TestSupport

@testable import Storage

@Suite("Feedback that is kept", .timeLimit(.minutes(5)))
struct KeptFeedbackTests: StoreSuite {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func feedback(_ id: String, session: String = "a", text: String? = "TOP-SECRET") -> Feedback {
        Feedback(id: id, entry: "test/\(session)/0-30000/1", sessionID: session, kind: .edited, text: text)
    }

    /// A commit of feedback from a record on.
    private func commit(_ some: [Feedback], from first: UInt64) -> Commit {
        var commit = Commit(records: PackedRecords(some.map { .feedback($0) }, first: first))
        commit.feedback = some.enumerated().map {
            KeptFeedback(id: $1.id, record: first + UInt64($0), fingerprint: $1.fingerprint)
        }
        return commit
    }

    @Test("it is known again by its id, in another process as well, and ids are told apart by their bytes")
    func known() throws {
        let ids = ["1", "\u{E9}", "e\u{301}", "a\0b", "a", String(repeating: "x", count: 128)]
        try open().commit([commit(ids.map { feedback($0) }, from: 1)])
        let store = try open()
        for (index, id) in ids.enumerated() {
            let kept = try #require(try store.feedback(id))
            #expect(kept.record == UInt64(index + 1))
            #expect(kept.isSame(as: feedback(id).fingerprint))
            #expect(!kept.isSame(as: feedback(id, text: "something else").fingerprint))
        }
        #expect(try store.feedback("2") == nil)
        #expect(try store.feedback("a\0") == nil)
    }

    @Test("it is forgotten with its record")
    func forgotten() throws {
        let store = try open()
        try store.commit([commit([feedback("1"), feedback("2")], from: 1)], at: 1_700_000_000)
        try store.commit([commit([feedback("3")], from: 3)], at: 1_700_003_700)
        try store.forgetRecords(olderThan: 3600, at: 1_700_003_700)
        #expect(try store.feedback("1") == nil)
        #expect(try store.feedback("2") == nil)
        #expect(try store.feedback("3")?.record == 3)
        try store.forgetRecords(olderThan: 0, at: 1_700_009_000)
        #expect(try store.feedback("3") == nil)
        #expect(try store.records() == 4..<4)
    }

    @Test("when its session is forgotten its texts are gone, and it is still known")
    func session() throws {
        let store = try open()
        try store.commit([commit([feedback("1"), feedback("2", session: "b"), feedback("3")], from: 1)])
        #expect(try store.forget(session: "a").records == 2)
        #expect(try store.feedback("1")?.fingerprint == "")
        #expect(try store.feedback("3")?.record == 3)
        #expect(try store.feedback("2")?.isSame(as: feedback("2", session: "b").fingerprint) == true)
        let block = try #require(try store.block(with: 1))
        let lines = block.bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }.split(separator: "\n")
        #expect(lines.map { $0.contains("TOP-SECRET") } == [false, true, false])
    }

    @Test("damage to it is noticed")
    func damaged() throws {
        let store = try open()
        try store.commit([commit([feedback("1")], from: 1)])
        try store.write { db in
            let state = try #require(try Data.fetchOne(db, sql: "SELECT state FROM feedback"))
            var bytes = [UInt8](state)
            bytes[3] ^= 1
            try db.execute(sql: "UPDATE feedback SET state = ?", arguments: [Data(bytes)])
        }
        #expect(throws: StoreError.self) { try store.feedback("1") }
    }
}
