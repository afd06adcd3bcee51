/// What goes into the store.
import Feed
import Foundation
import GRDB

extension Store {
    /// Streams of an endpoint that have ended and are still known: who publishes one of them again goes on where it ended.
    /// Whoever publishes many has only their own forgotten.
    package static let endedStreamsKept = 1000

    /// Makes commits durable, all or none.
    ///
    /// - Parameter now: seconds since 1970, by the wall clock.
    public func commit(_ commits: [Commit], at now: Double = Date().timeIntervalSince1970) throws {
        try write { db in
            for commit in commits { try Self.write(commit, at: now, db) }
            // What a later commit writes over isn't written.
            if let progress = commits.reduce(nil, { $1.progress ?? $0 }) { try Self.write(progress, db) }
            try Self.write(commits.compactMap(\.stream), db)
        }
    }

    private static func write(_ commit: Commit, at now: Double, _ db: Database) throws {
        let format = StoreSchema.format
        func run(_ sql: String, _ arguments: StatementArguments = []) throws {
            try db.cachedStatement(sql: sql).execute(arguments: arguments)
        }
        if let event = commit.journal {
            try event.withUnsafeBytes { event in
                try Data.withoutCopy(of: event, key: 0) { event, sum in
                    try run("INSERT INTO journal (event, sum, format) VALUES (?, ?, ?)", [event, sum, format])
                }
            }
        }
        if let part = commit.checkpoint { try write(part, db) }
        for window in commit.pending {
            try run("INSERT INTO pending (window, format) VALUES (?, ?)", [Data(sealing: window.bytes), format])
        }
        for id in commit.answered { try run("DELETE FROM pending WHERE id = ?", [id]) }
        for kept in commit.feedback { try write(kept, db) }
        if let records = commit.records {
            let (first, next) = (Int64(clamping: records.first), Int64(clamping: try records.next))
            try records.bytes.withUnsafeBytes { records in
                try Data.withoutCopy(of: records, key: first) { records, sum in
                    try run("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)", [first, next, now, records, sum, format])
                }
            }
        }
    }

    private static func write(_ progress: Commit.Progress, _ db: Database) throws {
        var bytes: [UInt8] = []
        if case .part(let count) = progress { bytes = Array("\(count)".utf8) }
        try StoreSchema.set(.progress, to: bytes, db)
    }

    /// Writes what has become of streams, each once.
    private static func write(_ changes: [StreamProgress], _ db: Database) throws {
        // By their bytes: as strings, "é" in one and in two code points would be the same stream.
        let names = changes.map { name(of: $0.stream) }
        let last = Dictionary(zip(names, changes.indices)) { $1 }
        var cursors: [Data: StreamCursor] = [:]
        for (index, change) in changes.enumerated() {
            let name = names[index]
            var cursor = try cursors[name] ?? cursor(of: change.stream, db)
            change.apply(to: &cursor)
            cursors[name] = cursor
            guard index == last[name] else { continue }
            try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO cursor (stream, state, format) VALUES (CAST(? AS TEXT), ?, ?)"
            ).execute(arguments: [name, Data(sealing: cursor.bytes), StoreSchema.format])
            if change.hasEnded { try forgetEndedStreams(db) }
        }
    }

    /// Writes a part of a checkpoint beside the one that counts; the last part takes its place.
    private static func write(_ part: Commit.CheckpointPart, _ db: Database) throws {
        let place = try StoreSchema.checkpoint(db)?.next ?? StoredCheckpoint(isSecond: false, parts: 0)
        try part.bytes.withUnsafeBytes { try StoreSchema.write(part: $0, to: place.id(of: part.number), db) }
        guard part.isLast else { return }
        let whole = StoredCheckpoint(isSecond: place.isSecond, parts: part.number + 1)
        try StoreSchema.set(.checkpoint, to: whole.bytes, db)
        try db.execute(
            sql: "DELETE FROM checkpoint WHERE id NOT BETWEEN ? AND ?",
            arguments: [whole.id(of: 0), whole.id(of: part.number)])
        try db.execute(sql: "DELETE FROM journal")
    }

    /// A stream's id for SQLite, to be cast to text there. A string would be cut off at a NUL on its way, and one stream be
    /// taken for another.
    private static func name(of stream: String) -> Data { Data(stream.utf8) }

    private static func cursor(of stream: String, _ db: Database) throws -> StreamCursor {
        let statement = try db.cachedStatement(sql: "SELECT state FROM cursor WHERE stream = CAST(? AS TEXT)")
        guard let state = try Data.fetchOne(statement, arguments: [name(of: stream)]) else {
            return StreamCursor(stream: stream, endpoint: "", next: 1)
        }
        return try StreamCursor(bytes: state.unsealed())
    }

    /// Forgets streams that ended long ago, when there are many: each run of a producer is one.
    private static func forgetEndedStreams(_ db: Database) throws {
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM cursor") ?? 0
        guard count > endedStreamsKept * 2 else { return }
        let ended = Dictionary(grouping: try cursors(db).filter(\.hasEnded), by: \.endpoint).values
        for cursor in ended.flatMap({ $0.dropLast(endedStreamsKept) }) {
            try db.execute(
                sql: "DELETE FROM cursor WHERE stream = CAST(? AS TEXT)", arguments: [name(of: cursor.stream)])
        }
    }
}
