/// What goes out of the store.
import Bytes
import Feed
import Foundation
import GRDB

extension Store {
    /// The last records are kept for replay a moment longer than they need be: a subscriber that follows lives through a
    /// restart of the daemon. So many, and so long, in seconds.
    package static let lastRecords = (count: 20_000 as UInt64, age: 60.0)

    /// Forgets records that are older than `age` seconds, the last ones a moment later. They are overwritten: they were said in
    /// confidence. The write-ahead log has them until ``emptyLog()``.
    ///
    /// - Returns: whether there were any.
    @discardableResult
    package func forgetRecords(olderThan age: Double, at now: Double = Date().timeIntervalSince1970) throws -> Bool {
        var hasForgotten = false
        // In portions, so that commits come in between.
        let portion = 2000
        var forgotten = portion
        while forgotten == portion {
            forgotten = try overwriting { db in
                let last = try Self.nextRecord(db)
                let old = try Self.firstKept(since: now - age, at: now, db)
                let veryOld = try Self.firstKept(since: now - max(age, Self.lastRecords.age), at: now, db)
                let early = last > Self.lastRecords.count ? last - Self.lastRecords.count : 0
                try db.execute(
                    sql: """
                        DELETE FROM record WHERE first IN (
                            SELECT first FROM record WHERE next <= ? OR next <= ? ORDER BY first LIMIT ?)
                        """,
                    arguments: [Int64(clamping: min(old, early)), Int64(clamping: veryOld), portion])
                let count = db.changesCount
                if count > 0 { try Self.forgetFeedback(db) }
                if count > 0, try Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT * FROM record)") == true {
                    try StoreSchema.set(.nextRecord, to: Array("\(last)".utf8), db)
                }
                return count
            }
            if forgotten > 0 { hasForgotten = true }
        }
        return hasForgotten
    }

    /// Moves the write-ahead log into the database, and empties it: what was overwritten there is gone then.
    package func emptyLog() throws {
        try noticingDamage { try database.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) } }
    }

    /// Writes, and overwrites what is deleted.
    private func overwriting<R>(_ body: (Database) throws -> R) throws -> R {
        try write { db in
            try db.execute(sql: "PRAGMA secure_delete = ON")
            // Where this fails more is overwritten than has to be.
            defer { try? db.execute(sql: "PRAGMA secure_delete = FAST") }
            return try body(db)
        }
    }

    /// The first record to be kept of those since `time`, so that no gap comes between those that are.
    ///
    /// What seems to be of the future is of a clock that was wrong: it goes as soon as what came behind it is old.
    private static func firstKept(since time: Double, at now: Double, _ db: Database) throws -> UInt64 {
        let young = try UInt64.fetchOne(
            db, sql: "SELECT first FROM record WHERE time BETWEEN ? AND ? ORDER BY first LIMIT 1",
            arguments: [time, now + 60])
        let old = try UInt64.fetchOne(
            db, sql: "SELECT next FROM record WHERE time < ? AND first < ? ORDER BY first DESC LIMIT 1",
            arguments: [time, young.map { Int64(clamping: $0) } ?? .max])
        return old ?? 0
    }

    /// Empties the records of a session, and forgets its windows that wait for an answer. What they took is overwritten.
    ///
    /// - Returns: how many of each there were.
    package func forget(session: String) throws -> (records: Int, windows: Int) {
        try overwriting { db in
            (try Self.emptyRecords(of: session, db), try Self.deleteWindows(of: session, db))
        }
    }

    private static func emptyRecords(of session: String, _ db: Database) throws -> Int {
        var count = 0
        // One after the other: all of them may be more than there is memory.
        var last: Int64 = -1
        while let row = try Row.fetchOne(
            db,
            sql: "SELECT first, records, sum, format FROM record WHERE first > ? ORDER BY first LIMIT 1",
            arguments: [last])
        {
            let kept = try PackedRecords(row)
            last = Int64(clamping: kept.first)
            guard let (emptied, more) = try kept.forgetting(session: session) else { continue }
            count += more
            for (offset, record) in try emptied.records().enumerated() {
                guard case .feedback(let feedback) = record, feedback.sessionID.isSame(as: session) else { continue }
                let number = kept.first + UInt64(offset)
                try write(KeptFeedback(id: feedback.id, record: number, fingerprint: ""), db)
            }
            try emptied.bytes.withUnsafeBytes { bytes in
                try Data.withoutCopy(of: bytes, key: last) { records, sum in
                    try db.execute(
                        sql: "UPDATE record SET records = ?, sum = ?, format = ? WHERE first = ?",
                        arguments: [records, sum, emptied.format, last])
                }
            }
        }
        return count
    }

    private static func deleteWindows(of session: String, _ db: Database) throws -> Int {
        var ids: [Int64] = []
        let rows = try Row.fetchCursor(db, sql: "SELECT id, window, format FROM pending ORDER BY id")
        while let row = try rows.next() {
            try row.checkFormat(2)
            let window = try PendingWindow(bytes: row.value(1, as: Data.self).unsealed())
            if window.result.sessionID.isSame(as: session) { ids.append(try row.value(0)) }
        }
        for id in ids { try db.execute(sql: "DELETE FROM pending WHERE id = ?", arguments: [id]) }
        return ids.count
    }

    /// Writes the database anew, without the pages that nothing is on any more, and empties its log.
    package func compact() throws {
        try noticingDamage {
            try database.writeWithoutTransaction { db in try db.execute(sql: "VACUUM") }
        }
        try emptyLog()
    }
}
