/// By which feedback is known again.
import Bytes
import Chat
import Feed
import Foundation
import GRDB
import Records

/// Feedback that is in the feed. Sent again, it isn't published again.
package struct KeptFeedback: Hashable, Sendable {
    package let id: String
    /// Its record's number.
    package let record: UInt64
    /// A ``Feed/Fingerprint`` of all that was said; empty where that was forgotten.
    package let fingerprint: String

    package init(id: String, record: UInt64, fingerprint: String) {
        self.id = id
        self.record = record
        self.fingerprint = fingerprint
    }

    /// Whether it says the same. Of what was forgotten nobody can tell.
    package func isSame(as fingerprint: String) -> Bool { self.fingerprint.isEmpty || self.fingerprint == fingerprint }
}

extension Feedback {
    /// A sign of all that it says; whose entry it is about, its id says.
    package var fingerprint: String {
        var json = JSONWriter()
        var said = self
        said.sessionID = ""
        said.write(to: &json, sequence: 0, time: Timestamp(milliseconds: 0))
        return json.finish().withUnsafeBytes { Fingerprint.of($0) }
    }
}

extension Store {
    /// The feedback that is kept under an id.
    package func feedback(_ id: String) throws -> KeptFeedback? {
        try read { db in
            let statement = try db.cachedStatement(sql: "SELECT record, state FROM feedback WHERE id = ?")
            return try Row.fetchOne(statement, arguments: [Data(id.utf8)]).map { row in
                let record: UInt64 = try row.value(0)
                let state: Data = try row.value(1)
                return try state.withUnsealed(key: Int64(clamping: record)) { bytes in
                    var reader = ByteReader(bytes)
                    let kept = KeptFeedback(id: try reader.string(), record: record, fingerprint: try reader.string())
                    guard kept.id == id else { throw DamagedBytes() }
                    return kept
                }
            }
        }
    }

    static func write(_ kept: KeptFeedback, _ db: Database) throws {
        var writer = ByteWriter()
        writer.append(counted: kept.id)
        writer.append(counted: kept.fingerprint)
        let state = writer.withBytes { Data(sealing: $0, key: Int64(clamping: kept.record)) }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?)").execute(
            arguments: [Data(kept.id.utf8), Int64(clamping: kept.record), state])
    }

    /// Forgets feedback whose records are gone.
    static func forgetFeedback(_ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM feedback WHERE record < (SELECT coalesce(min(first), ?) FROM record)",
            arguments: [Int64.max])
    }
}
