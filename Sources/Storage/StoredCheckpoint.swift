/// The pipeline's state in the store: parts of a checkpoint, each a row.
import Bytes
import Foundation
import GRDB

/// Where a checkpoint is. There is room for two, so that one is written while the other still counts.
package struct StoredCheckpoint: Sendable {
    /// Which of the two places it has.
    package var isSecond: Bool
    /// How many parts it has.
    package var parts: Int
    /// It is one value, as stores of version 1 have it.
    package var isFirstForm = false

    /// Where the next one goes.
    package var next: StoredCheckpoint { StoredCheckpoint(isSecond: !isSecond, parts: 0) }

    /// The row of a part.
    package func id(of part: Int) -> Int64 { (isSecond ? 1 << 32 : 0) + Int64(part) }

    package var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 16)
        writer.append(flag: isSecond)
        writer.append(integer: UInt32(parts))
        writer.append(flag: isFirstForm)
        return writer.withBytes { Array($0) }
    }

    /// - Throws: `DamagedBytes` for what ``bytes`` can't have given.
    package init(bytes: [UInt8]) throws {
        self = try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            return StoredCheckpoint(
                isSecond: try reader.flag(), parts: Int(try reader.integer(UInt32.self)),
                isFirstForm: try reader.flag())
        }
    }

    package init(isSecond: Bool, parts: Int, isFirstForm: Bool = false) {
        (self.isSecond, self.parts, self.isFirstForm) = (isSecond, parts, isFirstForm)
    }
}

extension StoredCheckpoint {
    /// Makes parts of the one value that a store of version 1 has.
    @Sendable
    package static func moveFromOneValue(_ db: Database) throws {
        let key = StoreSchema.Key.checkpoint
        let value = try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key.rawValue])
        guard let value else { throw DamagedBytes() }
        try value.withUnsealed(key: key.rawValue) { bytes in
            // Empty: as at the beginning.
            guard !bytes.isEmpty else { return }
            var whole = StoredCheckpoint(isSecond: false, parts: 0, isFirstForm: true)
            for start in stride(from: 0, to: bytes.count, by: Commit.CheckpointPart.largest) {
                let end = min(start + Commit.CheckpointPart.largest, bytes.count)
                let id = whole.id(of: whole.parts)
                try Data.withoutCopy(of: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), key: id) { part, sum in
                    try db.execute(sql: "INSERT INTO checkpoint VALUES (?, ?, ?)", arguments: [id, part, sum])
                }
                whole.parts += 1
            }
            try StoreSchema.set(key, to: whole.bytes, db)
        }
    }
}

extension StoreSchema {
    /// The checkpoint that counts; nil: there is none.
    ///
    /// - Throws: `DamagedBytes` when what says so isn't what it was.
    package static func checkpoint(_ db: Database) throws -> StoredCheckpoint? {
        let bytes = try value(.checkpoint, db)
        return bytes.isEmpty ? nil : try StoredCheckpoint(bytes: bytes)
    }

    package static func write(part: UnsafeRawBufferPointer, to id: Int64, _ db: Database) throws {
        try Data.withoutCopy(of: part, key: id) { part, sum in
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?)").execute(
                arguments: [id, part, sum, format])
        }
    }
}

extension Store {
    /// Calls `body` with a part of the checkpoint; what it is called with is valid only for the call.
    ///
    /// - Throws: ``StoreError`` when the part isn't what it was; what `body` throws.
    package func read(_ number: Int, of checkpoint: StoredCheckpoint, _ body: (UnsafeRawBufferPointer) throws -> Void)
        throws
    {
        let id = checkpoint.id(of: number)
        try read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT part, sum, format FROM checkpoint WHERE id = ?", arguments: [id])
            guard let row = try rows.next() else { throw DamagedBytes() }
            try row.checkFormat(2)
            // Not copied: there may be a gigabyte of them.
            try row.withUnsafeData(atIndex: 0) { part in
                guard let part else { throw DamagedBytes() }
                try part.check(row.value(1), key: id)
                try part.withUnsafeBytes { try body($0) }
            }
        }
    }
}
