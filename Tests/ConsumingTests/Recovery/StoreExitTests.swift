/// How the daemon ends when its store fails.
import Common
import GRDB
import StorageRig
import Testing
import TestSupport

@testable import Consuming
@testable import Outbox
@testable import Storage

@Suite("A store that fails", .timeLimit(.minutes(5)))
struct StoreExitTests {
    @Test(
        "ends the daemon with 74, whatever was being read or written, in words of its own",
        arguments: [
            (.SQLITE_FULL, "the disk is full"), (.SQLITE_IOERR, "the disk can't be read or written"),
            (.SQLITE_IOERR_FSYNC, "the disk can't be read or written"),
            (.SQLITE_CANTOPEN, "a file of it can't be opened"), (.SQLITE_BUSY, "another program uses it"),
            (.SQLITE_LOCKED, "another program uses it"), (.SQLITE_NOMEM, "there is no memory left"),
            (.SQLITE_TOOBIG, "a value is too large for it"), (.SQLITE_READONLY_DBMOVED, "it can't be written"),
            (.SQLITE_PERM, "access is denied"), (.SQLITE_CORRUPT, "the file is damaged"),
            (.SQLITE_NOTADB, "the file isn't a database"), (.SQLITE_MISUSE, "SQLite's error 21"),
        ] as [(ResultCode, String)])
    func databaseError(_ code: ResultCode, _ words: String) {
        let error = DatabaseError(
            resultCode: code, message: "near 'secret': it failed", sql: "SELECT 'secret'", arguments: ["secret"])
        let status = ExitStatus(storeError: error)
        #expect(status?.code == 74)
        #expect(status?.description == "The store can't be used: \(words).")
        #expect(status?.description.contains("secret") == false)
        #expect(ExitStatus(storeError: error, at: "/a/store")?.description.contains("/a/store: ") == true)
    }

    @Test("damage is 74 as well, a store of a later release 69, and what isn't the store's is somebody else's")
    func others() {
        #expect(ExitStatus(storeError: StoreError.damaged("a page"))?.code == 74)
        #expect(ExitStatus(storeError: StoreError.newer(7))?.code == 69)
        #expect(ExitStatus(storeError: CancellationError()) == nil)
    }

    @Test("reading a store whose tables are gone is such an error, on each way")
    func ways() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path + "/store.sqlite", synchronous: .normal)
        try store.commit([Commit(pending: [.of("A", 1)], records: .numbered(1...10))])
        var log = try KeptLog(store: store, next: 100_000, retention: 0)
        let backlog = try Backlog(store: store)
        try store.write { db in
            for table in ["journal", "pending", "record", "checkpoint", "cursor"] {
                try db.execute(sql: "DROP TABLE \(table)")
            }
        }
        func check(_ body: () async throws -> Void) async {
            do {
                try await body()
                Issue.record("nothing was thrown")
            } catch {
                #expect(ExitStatus(storeError: error)?.code == 74, "\(error)")
            }
        }
        await check { try await backlog.forEach { _ in } }
        await check {
            var bytes: [UInt8] = []
            _ = try log.read(from: 5, budget: 100, into: &bytes)
        }
        await check { _ = try store.recovery() }
        await check { _ = try await store.journal(after: 0, limit: 1) }
        await check { try store.commit([Commit(journal: JournalEvent.delivery(.idle(stream: "s")).bytes)]) }
        await check {
            _ = try await Recovered(
                from: store,
                into: Pipeline(policy: StageBench.options.policy, endpoints: [], logger: LogCapture().logger))
        }
    }
}
