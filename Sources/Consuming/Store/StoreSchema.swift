/// What the database looks like, in each version.
import Bytes
import Feed
import Foundation
import GRDB

enum StoreSchema {
    /// Brings a database to the present form.
    ///
    /// - Throws: ``StoreError`` for one of a later release.
    static func prepare(_ db: Database) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= steps.count else { throw StoreError.newer(version) }
        if version == 0, try !description(of: db).isEmpty {
            throw StoreError.damaged("it has tables and no version")
        }
        for (index, step) in steps.enumerated() where index >= version {
            try db.execute(sql: step.sql)
            // A new store has nothing to be brought along.
            if version > 0 { try step.move(db) }
            try db.execute(sql: "PRAGMA user_version = \(index + 1)")
        }
        guard version == 0 else { return }
        try set(.outputStream, to: Array("workspace-\(UUID().uuidString.lowercased())".utf8), db)
        try set(.identity, to: Follower.newIdentity(), db)
        try set(.checkpoint, to: [], db)
        try set(.progress, to: [], db)
    }

    /// Looks whether the tables are those that ``prepare(_:)`` makes: SQLite takes its word for it from a text in the database.
    ///
    /// - Throws: ``StoreError`` when they aren't.
    static func check(_ db: Database) throws {
        let reference = try DatabaseQueue().write { db in
            try prepare(db)
            return try description(of: db)
        }
        guard try description(of: db) == reference else {
            throw StoreError.damaged("its tables aren't what they should be")
        }
    }

    private static func description(of db: Database) throws -> [String] {
        try Row.fetchAll(db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").map { "\($0)" }
    }

    /// What there is one of. Each is always there, so that one that is missing is noticed.
    enum Key: Int64 {
        /// The output stream's id.
        case outputStream = 1
        /// By which publishers know the daemon again.
        case identity = 2
        /// Where the pipeline's state is (``StoredCheckpoint``); empty: it is as at the beginning.
        case checkpoint = 3
        /// How many things that followed from the journal's last row are committed; empty: all.
        case progress = 4
    }

    static func set(_ key: Key, to value: [UInt8], _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO meta VALUES (?, ?)").execute(
            arguments: [key.rawValue, Data(sealing: value, key: key.rawValue)])
    }

    /// - Throws: `DamagedBytes` when the value isn't what it was.
    static func value(_ key: Key, _ db: Database) throws -> [UInt8] {
        let value = try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key.rawValue])
        guard let value else { throw DamagedBytes() }
        return try value.unsealed(key: key.rawValue)
    }

    // MARK: Steps

    private struct Step: Sendable {
        let sql: String
        /// Brings along what the tables held before.
        var move: @Sendable (Database) throws -> Void = { _ in }
    }

    /// The steps from an empty file to the present form; each release may add one. All blobs are sealed: they have their
    /// checksum behind them, or large ones beside them as `sum`.
    private static let steps = [
        Step(sql: firstTables),
        // Until now the pipeline's state was one value: one of more than a billion bytes couldn't be written.
        Step(sql: checkpointTable, move: StoredCheckpoint.moveFromOneValue),
    ]

    private static let firstTables = """
        CREATE TABLE meta (key INTEGER PRIMARY KEY, value BLOB NOT NULL);
        -- What the pipeline took since the checkpoint.
        CREATE TABLE journal (id INTEGER PRIMARY KEY, event BLOB NOT NULL, sum INTEGER NOT NULL);
        -- How far each stream has been taken, those last that were touched last.
        CREATE TABLE cursor (id INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL UNIQUE, state BLOB NOT NULL);
        -- Windows that wait for an answer.
        CREATE TABLE pending (id INTEGER PRIMARY KEY AUTOINCREMENT, window BLOB NOT NULL);
        -- Blocks of published records, for replay: the first one's number, the number behind the last, when they were
        -- published (seconds since 1970), and the records.
        CREATE TABLE record (
            first INTEGER PRIMARY KEY, next INTEGER NOT NULL UNIQUE, time REAL NOT NULL, records BLOB NOT NULL,
            sum INTEGER NOT NULL);
        """

    private static let checkpointTable = """
        -- The pipeline's state, in parts; the next one is written beside it.
        CREATE TABLE checkpoint (id INTEGER PRIMARY KEY, part BLOB NOT NULL, sum INTEGER NOT NULL);
        """
}
