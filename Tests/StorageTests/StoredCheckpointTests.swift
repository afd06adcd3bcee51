/// Checkpoints in the database, part by part.
import Foundation
import GRDB
import StorageRig
import Testing
import TestSupport

@testable import Storage

// One after the other: a database blocks its thread, and other tests want some of those.
@Suite("Stored checkpoints", .serialized, .timeLimit(.minutes(5)))
struct StoredCheckpointTests: StoreSuite {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let idle = JournalEvent.delivery(.idle(stream: "s"))
    private let ended = JournalEvent.delivery(.ended(stream: "s"))

    @Test("a checkpoint takes the place of the journal before it")
    func checkpoint() async throws {
        let store = try open()
        try store.commit([
            Commit(journal: idle.bytes, progress: .whole), Commit(checkpoint: .of([9], 0, isLast: true)),
            Commit(journal: ended.bytes, progress: .whole),
        ])
        let recovery = try store.recovery()
        #expect(try store.parts(of: recovery.checkpoint) == [[9]])
        #expect(try await store.events() == ["\(ended)"])
        #expect(recovery.progress == nil)
    }

    @Test("a checkpoint in parts counts when the last one is there; until then the one before does, and the journal")
    func checkpointParts() async throws {
        func parts() throws -> [[UInt8]] { try store.parts(of: try store.recovery().checkpoint) }
        let store = try open()
        try store.commit([Commit(journal: idle.bytes), Commit(checkpoint: .of([1], 0, isLast: false))])
        #expect(try parts() == [])
        #expect(try await store.events().count == 1)
        try store.commit([Commit(checkpoint: .of([2], 1, isLast: true)), Commit(journal: ended.bytes)])
        #expect(try parts() == [[1], [2]])
        #expect(try await store.events() == ["\(ended)"])
        // A process that dies, and one that has less to say.
        try store.commit((0..<5).map { Commit(checkpoint: .of([UInt8($0)], $0, isLast: false)) })
        #expect(try parts() == [[1], [2]])
        try store.commit([
            Commit(checkpoint: .of([7], 0, isLast: false)), Commit(checkpoint: .of([8], 1, isLast: true)),
        ])
        #expect(try parts() == [[7], [8]])
        #expect(try await store.events() == [])
        let rows = try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM checkpoint") }
        #expect(rows == 2)
    }

    @Test("a part of a checkpoint that is missing, or is another's, is damage")
    func missingPart() throws {
        for change in ["DELETE FROM checkpoint WHERE id % 2 = 1", "UPDATE checkpoint SET id = id + 1 WHERE id % 2 = 1"]
        {
            try? FileManager.default.removeItem(atPath: path + StateDirectory.damageMarker)
            let store = try open()
            try store.commit((0..<3).map { Commit(checkpoint: .of([UInt8($0)], $0, isLast: $0 == 2)) })
            try store.write { db in
                try db.execute(sql: "DELETE FROM checkpoint WHERE id % 4 = 2")
                try db.execute(sql: change)
            }
            let error = #expect(throws: StoreError.self) { try store.parts(of: try store.recovery().checkpoint) }
            #expect(error?.isDamage == true)
        }
    }
}

extension Commit.CheckpointPart {
    static func of(_ bytes: [UInt8], _ number: Int, isLast: Bool) -> Commit.CheckpointPart {
        Commit.CheckpointPart(number: number, bytes: .copy(of: bytes), isLast: isLast)
    }
}
