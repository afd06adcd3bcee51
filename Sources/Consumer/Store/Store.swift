/// The daemon's memory on disk: one SQLite database.
import Common
import Feed
import Foundation
import GRDB
import Streaming

/// Everything that has to outlive the process. One connection does all the work, so that there is one writer and nobody
/// else who could checkpoint (Debian's SQLite 3.40.1 damages a WAL that two connections reset,
/// https://www.sqlite.org/wal.html#walresetbug).
final class Store: Sendable {
    /// How careful a commit is (PRAGMA synchronous).
    enum Synchronous: String, Sendable, CaseIterable {
        /// What is committed survives a loss of power.
        case full
        /// What is committed survives the end of the process; a loss of power may take the last of it.
        case normal
    }

    /// Records kept for replay whatever their age: a subscriber that follows lives through a restart of the daemon.
    static let recordsAlwaysKept: UInt64 = 20_000

    private let database: DatabaseQueue
    /// The output stream's id: the same for as long as the store lives.
    let outputStream: String

    /// Opens the database, or makes it.
    ///
    /// - Throws: `DatabaseError`; ``StoreError`` for a store of another version.
    init(path: String, synchronous: Synchronous) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA synchronous = \(synchronous.rawValue.uppercased())")
            // Pages; rows are large, and a checkpoint of the WAL in the middle of a burst slows it down.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            try db.execute(sql: "PRAGMA journal_size_limit = \(32 << 20)")
        }
        // The database is for its owner alone, and SQLite's other files get the same permissions.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
            outputStream = try database.write { db in
                let answer = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
                guard answer == "ok" else { throw StoreError.damaged(answer) }
                try Self.prepare(db)
                return try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'output-stream'") ?? ""
            }
        } catch let error as DatabaseError where error.isDamage {
            throw StoreError.damaged(error.message ?? "\(error)")
        }
    }

    private static func prepare(_ db: Database) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= schema.count else { throw StoreError.newer(version) }
        for (index, step) in schema.enumerated() where index >= version {
            try db.execute(sql: step)
            try db.execute(sql: "PRAGMA user_version = \(index + 1)")
        }
        try db.execute(
            sql: "INSERT OR IGNORE INTO meta VALUES ('output-stream', ?), ('identity', ?)",
            arguments: ["workspace-\(UUID().uuidString.lowercased())", Data(Follower.newIdentity())])
    }

    /// The steps from an empty file to the present form; each release may add one.
    private static let schema = [
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE journal (id INTEGER PRIMARY KEY, event BLOB NOT NULL);
        CREATE TABLE cursor (
            stream TEXT PRIMARY KEY, endpoint TEXT NOT NULL, next INTEGER NOT NULL, ended INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE pending (id INTEGER PRIMARY KEY AUTOINCREMENT, window BLOB NOT NULL);
        CREATE TABLE record (
            first INTEGER PRIMARY KEY, next INTEGER NOT NULL UNIQUE, time REAL NOT NULL, lines BLOB NOT NULL,
            ends BLOB NOT NULL);
        """
    ]

    // MARK: Writing

    /// Makes commits durable, all or none.
    func commit(_ commits: [Commit]) throws {
        let now = Date().timeIntervalSince1970
        try database.write { db in
            for commit in commits { try Self.write(commit, at: now, db) }
        }
    }

    private static func write(_ commit: Commit, at now: Double, _ db: Database) throws {
        func run(_ sql: String, _ arguments: StatementArguments = []) throws {
            try db.cachedStatement(sql: sql).execute(arguments: arguments)
        }
        if let event = commit.journal {
            try run("INSERT INTO journal (event) VALUES (?)", [Data(event)])
        }
        if let checkpoint = commit.checkpoint {
            try run("INSERT OR REPLACE INTO meta VALUES ('checkpoint', ?)", [Data(checkpoint)])
            try run("DELETE FROM journal")
        }
        if let progress = commit.progress {
            let count: Int? = if case .part(let count) = progress { count } else { nil }
            try run("INSERT OR REPLACE INTO meta VALUES ('progress', ?)", [count])
        }
        if let stream = commit.stream {
            try run(
                """
                INSERT INTO cursor VALUES (?1, ifnull(?2, ''), ifnull(?3, 1), ?4) ON CONFLICT (stream) DO UPDATE
                SET endpoint = ifnull(?2, endpoint), next = ifnull(?3, next), ended = ?4
                """,
                [stream.stream, stream.endpoint, stream.next.map { Int64(bitPattern: $0) }, stream.hasEnded])
        }
        for window in commit.pending {
            try run("INSERT INTO pending (window) VALUES (?)", [Data(window.bytes)])
        }
        for id in commit.answered { try run("DELETE FROM pending WHERE id = ?", [id]) }
        if let block = commit.block {
            let ends = block.ends.withUnsafeBufferPointer { ends in
                ends.reduce(into: Data(capacity: ends.count * 4)) { data, end in
                    withUnsafeBytes(of: UInt32(end.line).littleEndian) { data.append(contentsOf: $0) }
                }
            }
            try run(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
                [Int64(block.first), Int64(block.next), now, Data(block.lines), ends])
        }
    }

    /// Forgets records that are older than `age` seconds, but not the last ones.
    func forgetRecords(olderThan age: Double) throws {
        let limit = Date().timeIntervalSince1970 - age
        // In portions, so that commits come in between; the oldest are looked at and no others.
        let portion = 2000
        var forgotten = portion
        while forgotten == portion {
            forgotten = try database.write { db in
                try db.execute(
                    sql: """
                        DELETE FROM record WHERE time < ? AND first IN (
                            SELECT first FROM record WHERE next <= (SELECT max(next) FROM record) - ?
                            ORDER BY first LIMIT ?)
                        """,
                    arguments: [limit, Int64(Self.recordsAlwaysKept), portion])
                return db.changesCount
            }
        }
    }

    /// Lets the database grow to so many pages and no further: a disk of that size, for tests.
    func limit(pages: Int) throws {
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }

    // MARK: Reading

    /// What is needed to go on where the last process stopped.
    struct Recovery: Sendable {
        /// The pipeline's state; nil in a new store.
        var checkpoint: [UInt8]?
        /// What the pipeline took since then.
        var journal: [[UInt8]]
        /// How many things that followed from the last row of the journal have been committed; nil: all.
        var progress: Int?
        var cursors: [StreamCursor]
        /// By which publishers know this daemon again.
        var identity: [UInt8]
        /// The number of the next record.
        var nextRecord: UInt64
        /// Windows without an answer.
        var pending: Int
    }

    func recovery() throws -> Recovery {
        try database.read { db in
            let cursors = try Row.fetchAll(db, sql: "SELECT stream, endpoint, next, ended FROM cursor").map {
                StreamCursor(stream: $0[0], endpoint: $0[1], next: UInt64(bitPattern: $0[2]), hasEnded: $0[3])
            }
            let checkpoint = try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'checkpoint'")
            let journal = try Data.fetchAll(db, sql: "SELECT event FROM journal ORDER BY id")
            return Recovery(
                checkpoint: checkpoint.map { Array($0) }, journal: journal.map { Array($0) },
                progress: try Int.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'progress'"),
                cursors: cursors,
                identity: Array(try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'identity'") ?? Data()),
                nextRecord: try Self.nextRecord(db),
                pending: try Int.fetchOne(db, sql: "SELECT count(*) FROM pending") ?? 0)
        }
    }

    private static func nextRecord(_ db: Database) throws -> UInt64 {
        UInt64(try Int64.fetchOne(db, sql: "SELECT max(next) FROM record") ?? 1)
    }

    /// The windows that wait for an answer, in the order in which they came.
    ///
    /// - Parameter id: only those after this one.
    func pending(after id: Int64, limit: Int) async throws -> [PendingWindow] {
        try await database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT id, window FROM pending WHERE id > ? ORDER BY id LIMIT ?", arguments: [id, limit]
            ).map { row in
                var window = try PendingWindow(bytes: Array(row[1] as Data))
                window.id = row[0]
                return window
            }
        }
    }

    /// The number of the first record kept.
    func firstRecord() throws -> UInt64? {
        try database.read { try Int64.fetchOne($0, sql: "SELECT min(first) FROM record").map { UInt64($0) } }
    }

    /// The block that holds a record.
    func block(with sequence: UInt64) throws -> LineBlock? {
        try database.read { db in
            try Row.fetchOne(
                db, sql: "SELECT first, lines, ends FROM record WHERE first <= ? ORDER BY first DESC LIMIT 1",
                arguments: [Int64(sequence)]
            ).map { row in
                let ends = Array(row[2] as Data).withUnsafeBytes { bytes in
                    stride(from: 0, to: bytes.count, by: 4).map {
                        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
                    }
                }
                return LineBlock(first: UInt64(row[0] as Int64), ends: ends, bytes: Array(row[1] as Data))
            }
        }
    }
}

extension DatabaseError {
    /// Whether the file isn't what it should be.
    fileprivate var isDamage: Bool { [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(resultCode.primaryResultCode) }
}

/// A store that can't be used.
enum StoreError: Error, CustomStringConvertible {
    /// Made by a later release.
    case newer(Int)
    case damaged(String)

    var isDamage: Bool { if case .damaged = self { true } else { false } }

    var description: String {
        switch self {
        case .newer(let version): "the store has version \(version), which this release doesn't know"
        case .damaged(let what): "the store is damaged: \(what)"
        }
    }
}
