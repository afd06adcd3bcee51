/// Early answers among the records that were published last.
import Bytes
import GRDB
import Records

extension Store {
    /// The early answers that models wrote, of the last records that are kept, the oldest first.
    ///
    /// - Parameter size: with the block with which the records have so many bytes there are enough.
    /// - Throws: `DatabaseError`, or ``StoreError`` when what is there isn't what was written.
    package func earlyAnswers(size: Int = 4 << 20) async throws -> [WorkspaceEntry] {
        try await read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT first, records, sum, format FROM record ORDER BY first DESC")
            var entries: [WorkspaceEntry] = []
            var total = 0
            while total < size, let row = try rows.next() {
                let block = try PackedRecords(row)
                total += block.bytes.count
                entries += try block.records().reversed().compactMap { record in
                    guard case .entry(let entry) = record, entry.result.trigger == .turn,
                        entry.response.status == .generated
                    else { return nil }
                    return entry
                }
            }
            return entries.reversed()
        }
    }
}
