/// What the database looks like, and how it came to look so.
import Bytes
import Feed
import Foundation
import GRDB

/// Tables, and how those of earlier releases become the present ones.
///
/// Each blob that was packed says in its row's `format` how: ``format``, or that of the release that wrote it. What was published
/// is read back as it went out, whatever is written today; the tests keep a store of each format.
package enum StoreSchema {
    /// How blobs are packed by this release. In format 1, records escape control characters alone. Format 3 has more in answers
    /// and times, and a reason in a response that nobody was asked for (``PackedRecords``); where it has none of that, it is the
    /// same as format 2. In format 4 entries say what they answer, and there is feedback. In format 5 records say which
    /// release has published them.
    package static let format = 5

    /// Brings a database to the present form.
    ///
    /// - Returns: whether it was empty.
    /// - Throws: ``StoreError`` for one of a later release.
    @discardableResult
    package static func prepare(_ database: DatabaseQueue) throws -> Bool {
        let before = try database.read { db in
            let version = try version(of: db)
            guard version <= steps.count else { throw StoreError.newer(version) }
            if version == 0, try !description(of: db).isEmpty {
                throw StoreError.damaged("it has tables and no version")
            }
            return version
        }
        do {
            try migrator.migrate(database)
        } catch let error as DatabaseError
            where [.SQLITE_ERROR, .SQLITE_CONSTRAINT].contains(error.resultCode.primaryResultCode)
        {
            throw StoreError.damaged("it can't be brought to the present form")
        }
        return before == 0
    }

    /// Looks whether the tables are those that ``prepare(_:)`` makes: SQLite takes its word for it from a text in the database.
    ///
    /// - Throws: ``StoreError`` when they aren't.
    package static func check(_ db: Database) throws {
        let reference = try DatabaseQueue()
        try prepare(reference)
        let isComplete = try version(of: db) == steps.count && !migrator.hasBeenSuperseded(db)
        guard try isComplete && description(of: db) == reference.read(description) else {
            throw StoreError.damaged("its tables aren't what they should be")
        }
    }

    private static func description(of db: Database) throws -> [String] {
        try Row.fetchAll(db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").map { "\($0)" }
    }

    /// What there is one of. Each is always there, so that one that is missing is noticed.
    package enum Key: Int64 {
        /// The output stream's id.
        case outputStream = 1
        /// By which publishers know the daemon again.
        case identity = 2
        /// Where the pipeline's state is (``StoredCheckpoint``); empty: it is as at the beginning.
        case checkpoint = 3
        /// How many things that followed from the journal's last row are committed; empty: all.
        case progress = 4
        /// The number of the next record, as it was when none was kept any more.
        case nextRecord = 5
    }

    package static func set(_ key: Key, to value: [UInt8], _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO meta VALUES (?, ?)").execute(
            arguments: [key.rawValue, Data(sealing: value, key: key.rawValue)])
    }

    /// - Throws: `DamagedBytes` when the value isn't what it was.
    package static func value(_ key: Key, _ db: Database) throws -> [UInt8] {
        let value = try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key.rawValue])
        guard let value else { throw DamagedBytes() }
        return try value.unsealed(key: key.rawValue)
    }

    // MARK: Migrations

    /// The steps from an empty file to the present form; each release may add one, and none is changed any more. All blobs are
    /// sealed: they have their checksum behind them, or large ones beside them as `sum`.
    private static let steps: [(name: String, run: @Sendable (Database) throws -> Void)] = [
        (
            "first tables",
            { db in
                try db.execute(sql: firstTables)
                try set(.outputStream, to: Array(WorkspaceName.new().utf8), db)
                try set(.identity, to: Follower.newIdentity(), db)
                try set(.checkpoint, to: [], db)
                try set(.progress, to: [], db)
            }
        ),
        // Until now the pipeline's state was one value: one of more than a billion bytes couldn't be written.
        (
            "checkpoint in parts",
            { db in
                try db.execute(sql: checkpointTable)
                try StoredCheckpoint.moveFromOneValue(db)
            }
        ),
        // Until now the last records were kept whatever their age, and the number of the next one was behind them.
        (
            "formats",
            { db in
                for table in ["journal", "checkpoint", "cursor", "pending", "record"] {
                    try db.execute(sql: "ALTER TABLE \(table) ADD COLUMN format INTEGER NOT NULL DEFAULT 1")
                }
                try set(.nextRecord, to: [], db)
            }
        ),
        // The tables stay as they are. Earlier releases would take blobs of format 3 for damage, and set the store aside; so they
        // refuse it.
        ("more in answers", { _ in }),
        ("feedback", { db in try db.execute(sql: feedbackTable) }),
        // The tables stay as they are. The journal and the pipeline's state may have results that were given.
        ("given results", { _ in }),
        // The tables stay as they are.
        ("release", { _ in }),
    ]

    /// All steps that a store lacks are one migration: a new store is there with one transaction.
    private static let migrator = {
        let names = steps.indices.map { "\($0 + 1) \(steps[$0].name)" }
        var migrator = DatabaseMigrator()
        migrator.registerMigration(names[names.count - 1], merging: Set(names.dropLast())) { db, _ in
            // Stores of before the migrator know how far they are by this alone.
            for step in steps.dropFirst(try version(of: db)) { try step.run(db) }
            try db.execute(sql: "PRAGMA user_version = \(steps.count)")
        }
        return migrator
    }()

    /// How many ``steps`` a store has behind it. Earlier releases know it by this alone.
    private static func version(of db: Database) throws -> Int {
        max(0, try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0)
    }

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

    private static let feedbackTable = """
        -- By which feedback is known again: its id, its record's number, and what it said.
        CREATE TABLE feedback (id BLOB PRIMARY KEY, record INTEGER NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX feedback_record ON feedback (record);
        """

    private static let checkpointTable = """
        -- The pipeline's state, in parts; the next one is written beside it.
        CREATE TABLE checkpoint (id INTEGER PRIMARY KEY, part BLOB NOT NULL, sum INTEGER NOT NULL);
        """
}
