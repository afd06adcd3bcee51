/// What comes out of the store.
import Bytes
import Feed
import Foundation
import GRDB

extension Store {
    /// What is needed to go on where the last process stopped.
    package struct Recovery: Sendable {
        /// Where the pipeline's state is; nil in a new store.
        package var checkpoint: StoredCheckpoint?
        /// How many events the pipeline took since then.
        package var events: Int
        /// How many things that followed from the last row of the journal have been committed; nil: all.
        package var progress: Int?
        package var cursors: [StreamCursor]
        /// By which publishers know this daemon again, with ``Store/place``.
        package var identity: [UInt8]
        /// The number of the next record.
        package var nextRecord: UInt64
        /// Windows without an answer.
        package var pending: Int
    }

    package func recovery() throws -> Recovery {
        try read { db in
            Recovery(
                checkpoint: try StoreSchema.checkpoint(db),
                events: try Int.fetchOne(db, sql: "SELECT count(*) FROM journal") ?? 0,
                progress: Int(String(decoding: try StoreSchema.value(.progress, db), as: UTF8.self)),
                cursors: try Self.cursors(db),
                identity: try StoreSchema.value(.identity, db),
                nextRecord: try Self.nextRecord(db),
                pending: try Int.fetchOne(db, sql: "SELECT count(*) FROM pending") ?? 0)
        }
    }

    package static func nextRecord(_ db: Database) throws -> UInt64 {
        let ofNone = UInt64(String(decoding: try StoreSchema.value(.nextRecord, db), as: UTF8.self))
        return try Row.fetchOne(db, sql: "SELECT first, records, sum, format FROM record ORDER BY first DESC LIMIT 1")
            .map { try PackedRecords($0).next } ?? ofNone ?? 1
    }

    package static func cursors(_ db: Database) throws -> [StreamCursor] {
        // As bytes: a text would be cut off at a NUL.
        try Row.fetchAll(db, sql: "SELECT CAST(stream AS BLOB), state, format FROM cursor ORDER BY id").map { row in
            try row.checkFormat(2)
            let cursor = try StreamCursor(bytes: row.value(1, as: Data.self).unsealed())
            guard try row.value(0) == Data(cursor.stream.utf8) else { throw DamagedBytes() }
            return cursor
        }
    }

    /// The next events of the journal, with their rows' numbers.
    ///
    /// - Parameter id: only those after this one.
    public func journal(after id: Int64, limit: Int) async throws -> [(id: Int64, event: JournalEvent)] {
        try await read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT id, event, sum, format FROM journal WHERE id > ? ORDER BY id LIMIT ?",
                arguments: [id, limit])
            var events: [(id: Int64, event: JournalEvent)] = []
            while let row = try rows.next() {
                try row.checkFormat(3)
                // Not copied: these are most of the store.
                let event = try row.withUnsafeData(atIndex: 1) { event in
                    let event = event ?? Data()
                    try event.check(row.value(2), key: 0)
                    return try event.withUnsafeBytes { try JournalEvent(bytes: $0) }
                }
                events.append((try row.value(0), event))
            }
            return events
        }
    }

    /// The windows that wait for an answer, in the order in which they came.
    ///
    /// - Parameters:
    ///   - id: only those after this one.
    ///   - limit: so many at most.
    ///   - size: with the one with which they have so many bytes there are enough.
    package func pending(after id: Int64, limit: Int, size: Int = 4 << 20) async throws -> [PendingWindow] {
        try await read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT id, window, format FROM pending WHERE id > ? ORDER BY id LIMIT ?",
                arguments: [id, limit])
            var windows: [PendingWindow] = []
            var total = 0
            while total < size, let row = try rows.next() {
                try row.checkFormat(2)
                var window = try PendingWindow(bytes: row.value(1, as: Data.self).unsealed())
                window.id = try row.value(0, as: Int64.self)
                total += window.result.size
                windows.append(window)
            }
            return windows
        }
    }

    /// The number of the first record kept.
    package func firstRecord() throws -> UInt64? {
        try read { try UInt64.fetchOne($0, sql: "SELECT min(first) FROM record") }
    }

    /// Numbers of the records that are kept, and of the next one.
    package func records() throws -> Range<UInt64> {
        try read { db in
            // Both by an index: blocks are large, and this is asked for each feedback.
            guard let first = try UInt64.fetchOne(db, sql: "SELECT min(first) FROM record"),
                let next = try UInt64.fetchOne(db, sql: "SELECT max(next) FROM record"), first <= next
            else {
                let next = try Self.nextRecord(db)
                return next..<next
            }
            return first..<next
        }
    }

    /// The block that holds a record; nil where it is before the first one.
    package func block(with sequence: UInt64) throws -> LineBlock? {
        let records = try read { db in
            try Row.fetchOne(
                db, sql: "SELECT first, records, sum, format FROM record WHERE first <= ? ORDER BY first DESC LIMIT 1",
                arguments: [Int64(clamping: sequence)]
            ).map(PackedRecords.init)
        }
        // Outside, so that commits needn't wait for it.
        return try noticingDamage {
            // Blocks have no gaps between them.
            if let next = try records?.next, next <= sequence { throw DamagedBytes() }
            return try records?.lines()
        }
    }
}

extension PackedRecords {
    /// - Parameter row: `first`, `records`, `sum` and `format`.
    package init(_ row: Row) throws {
        try row.checkFormat(3)
        let first: UInt64 = try row.value(0)
        let records: Data = try row.value(1)
        try records.check(row.value(2), key: Int64(first))
        self.init(first: first, bytes: records.withUnsafeBytes { SharedBytes($0) }, format: try row.value(3))
    }
}

extension Row {
    /// Looks how a blob is packed. A release that packs otherwise reads both here.
    ///
    /// - Throws: `DamagedBytes` for what no release up to this one writes.
    package func checkFormat(_ index: Int) throws(DamagedBytes) {
        guard try 1...StoreSchema.format ~= value(index) else { throw DamagedBytes() }
    }

    /// A column's value. (The subscripts end the program where damage has made a value of another type of it.)
    ///
    /// - Throws: `DamagedBytes` when it isn't of the type that was written.
    package func value<Value: DatabaseValueConvertible>(
        _ index: Int, as type: Value.Type = Value.self
    ) throws(DamagedBytes) -> Value {
        guard let value = Value.fromDatabaseValue(self[index] as DatabaseValue) else { throw DamagedBytes() }
        return value
    }
}
