/// The daemon's memory on disk: one SQLite database.
import Bytes
import Foundation
import GRDB
import Glibc

/// Everything that has to outlive the process. One connection does all the work, so that there is one writer and nobody
/// else who could checkpoint (Debian's SQLite 3.40.1 damages a WAL that two connections reset,
/// https://www.sqlite.org/wal.html#walresetbug).
public final class Store: Sendable {
    /// How careful a commit is (PRAGMA synchronous).
    public enum Synchronous: String, Sendable, CaseIterable {
        /// What is committed survives a loss of power.
        case full
        /// What is committed survives the end of the process; a loss of power may take the last of it.
        case normal
    }

    /// Up to this size, in bytes, a store is checked as a whole when it is opened. Of a larger one only those tables are that
    /// the daemon goes on from: records from last week needn't keep it waiting, and are checked when they are read.
    private static let checkedWhole = 64 << 20

    package let database: DatabaseQueue
    private let path: String
    private let file: FileID?
    /// What was written and isn't in the file yet (https://www.sqlite.org/wal.html).
    private let log: FileID?
    /// Which file it is. A copy has another one: two consumers that publishers know by one name would take each other's place.
    package var place: [UInt8] { file?.bytes ?? [] }
    /// The output stream's id: the same for as long as the store lives.
    package let outputStream: String

    /// Opens the database, or makes it.
    ///
    /// - Throws: ``StoreError``; `DatabaseError` when the file can't be read or written.
    public init(path: String, synchronous: Synchronous) throws {
        self.path = path
        if let finding = try? String(contentsOfFile: Self.marker(path), encoding: .utf8) {
            throw StoreError.damaged(finding)
        }
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA page_size = \(Self.pageSize)")
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            // The steps to the present form needn't each wait for the disk: what the last ones did may be lost together, and is
            // done again.
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            // The journal's pages are used again, and needn't be overwritten twice.
            try db.execute(sql: "PRAGMA secure_delete = FAST")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(Self.walLimit / Self.pageSize)")
            try db.execute(sql: "PRAGMA journal_size_limit = \(Self.walLimit * 2)")
        }
        // The database is for its owner alone, and SQLite's other files get the same permissions.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Glibc.close(descriptor) }
        file = FileID(path)
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
            let isNew = try StoreSchema.prepare(database)
            outputStream = try database.write { db in
                if !isNew {
                    try StoreSchema.check(db)
                    try Self.check(db, size: Self.size(path))
                }
                return String(decoding: try StoreSchema.value(.outputStream, db), as: UTF8.self)
            }
            // The stream's id has to outlive the log: by it followers notice that what they have had is gone.
            try database.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
                try db.execute(sql: "PRAGMA synchronous = \(synchronous.rawValue.uppercased())")
            }
            log = FileID(path + "-wal")
        } catch {
            throw Self.finding(error).map { StoreError.damaged($0) } ?? error
        }
    }

    /// Rows are large: large pages have less around them. In bytes.
    package static let pageSize = 16384
    /// The WAL is moved into the database when it has grown to so many bytes; pages that were written several times by then
    /// are moved once.
    private static let walLimit = 32 << 20

    /// Looks whether the files are still where they were. One that was deleted can be written to as before, and all of it is gone
    /// when the process ends.
    ///
    /// - Throws: ``StoreError/gone``.
    package func checkPlace() throws {
        guard FileID(path) == file, FileID(path + "-wal") == log else { throw StoreError.gone }
    }

    /// What it takes on the disk, with its write-ahead log, in bytes.
    package var size: Int { Self.size(path) + Self.size(path + "-wal") }

    private static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private static func check(_ db: Database, size: Int) throws {
        let tables = size <= checkedWhole ? [nil] : ["meta", "cursor", "journal", "checkpoint"]
        for table in tables {
            let answer = try String.fetchOne(db, sql: "PRAGMA quick_check(\(table ?? "1"))") ?? "no answer"
            guard answer == "ok" else { throw StoreError.damaged(answer) }
        }
    }

    /// Lets the database grow to so many bytes and no further: a disk of that size, for tests.
    package func limit(bytes: Int) throws {
        try database.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = \(bytes / Self.pageSize)")
        }
    }

    /// Closes the database: what is in its log goes into it. Nothing can be written or read afterwards. (Threads that have ended
    /// may hold the store for a moment longer than the process lives.)
    public func close() { try? database.close() }

    // MARK: Access

    package func write<R>(_ body: (Database) throws -> R) throws -> R {
        try noticingDamage { try database.write(body) }
    }

    package func read<R>(_ body: (Database) throws -> R) throws -> R {
        try noticingDamage { try database.read(body) }
    }

    package func read<R: Sendable>(_ body: @escaping @Sendable (Database) throws -> R) async throws -> R {
        do {
            return try await database.read(body)
        } catch { throw noted(error) }
    }

    package func noticingDamage<R>(_ body: () throws -> R) throws -> R {
        do { return try body() } catch { throw noted(error) }
    }

    /// Damage that shows itself while the daemon runs is written down beside the database: who opens it next sets it aside.
    private func noted(_ error: any Error) -> any Error {
        guard let finding = Self.finding(error) else { return error }
        try? finding.write(toFile: Self.marker(path), atomically: true, encoding: .utf8)
        return StoreError.damaged(finding)
    }

    /// What an error says of damage; nil: nothing.
    private static func finding(_ error: any Error) -> String? {
        switch error {
        case let error as DamagedBytes: error.description
        // A value of another type than its column's. What it is may be a customer's.
        case is RowDecodingError: "a value isn't of its column's type"
        case let error as DatabaseError where error.isDamage: error.words
        default: nil
        }
    }

    private static func marker(_ path: String) -> String { path + StateDirectory.damageMarker }
}

extension DatabaseError {
    /// Whether the file isn't what it should be.
    fileprivate var isDamage: Bool { [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(resultCode.primaryResultCode) }
}

/// A store that can't be used.
/// Which file it is, whatever it is called.
private struct FileID: Equatable {
    let device: dev_t
    let number: ino_t

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, number) = (status.st_dev, status.st_ino)
    }

    /// The file, as no other one has it on this machine, nor on another one that has run since the last start of both.
    var bytes: [UInt8] {
        let start = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return Array("\(device) \(number) \(start ?? "")".utf8)
    }
}

package enum StoreError: Error, CustomStringConvertible {
    /// Made by a later release.
    case newer(Int)
    case damaged(String)
    /// Somebody has deleted its file, or put another in its place.
    case gone

    package var isDamage: Bool { if case .damaged = self { true } else { false } }

    package var description: String {
        switch self {
        case .newer(let version): "the store has version \(version), which this release doesn't know"
        case .damaged(let what): "the store is damaged: \(what)"
        case .gone: "the store's file isn't there any more, or another one is in its place"
        }
    }
}
