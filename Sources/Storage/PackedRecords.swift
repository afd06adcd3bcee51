/// Published records as the store keeps them.
import Bytes
import Chat
import Feed
import Records
import Streaming

/// Consecutive records in binary form, which takes less than half of the room of their lines and gives the same lines again.
package struct PackedRecords: Sendable {
    /// The number of the first record.
    package let first: UInt64
    /// How many there are, the time that they bear, the release that published them, and the records.
    package let bytes: SharedBytes
    /// How they are packed, and how they were written when they were published (``StoreSchema/format``).
    package let format: Int

    package init(first: UInt64, bytes: SharedBytes, format: Int = StoreSchema.format) {
        self.first = first
        self.bytes = bytes
        self.format = format
    }

    /// What stands before the records.
    private struct Head {
        let count: Int
        let time: Timestamp
        /// nil: it isn't said.
        var release: String?

        init(from reader: inout ByteReader, format: Int) throws(DamagedBytes) {
            count = Int(try reader.integer(UInt32.self))
            time = Timestamp(milliseconds: try reader.integer())
            if format >= 5 { release = try reader.optionalString() }
        }
    }

    /// Begins a block in an empty writer; so many records follow.
    package static func begin(
        _ writer: inout ByteWriter, count: Int, time: Timestamp, release: String? = nil,
        format: Int = StoreSchema.format
    ) {
        writer.append(integer: UInt32(count))
        writer.append(integer: time.milliseconds)
        if format >= 5 { writer.append(optional: release) }
    }

    /// How many records there are.
    ///
    /// - Throws: `DamagedBytes` when the bytes aren't a block.
    package var count: Int {
        get throws(DamagedBytes) { try read { reader throws(DamagedBytes) in Int(try reader.integer(UInt32.self)) } }
    }

    /// The number behind the last record's.
    package var next: UInt64 { get throws(DamagedBytes) { first.plus(UInt64(try count)) } }

    /// The records as they were published.
    ///
    /// - Throws: `DamagedBytes` when the bytes aren't a block.
    package func lines() throws(DamagedBytes) -> LineBlock {
        try read { reader throws(DamagedBytes) in
            let head = try Head(from: &reader, format: format)
            var json = JSONWriter(escapes: format == 1 ? .controls : .terminalControls, release: head.release)
            var ends: [Int] = []
            while ends.count < head.count {
                let record = try WorkspaceRecord(from: &reader, format: format)
                record.write(to: &json, sequence: first &+ UInt64(ends.count), time: head.time)
                json.endLine()
                ends.append(json.count)
            }
            guard reader.isAtEnd else { throw DamagedBytes() }
            return LineBlock(first: first, ends: ends, bytes: json.finish())
        }
    }

    /// The records.
    ///
    /// - Throws: `DamagedBytes` when the bytes aren't a block.
    package func records() throws(DamagedBytes) -> [WorkspaceRecord] {
        try read { reader throws(DamagedBytes) in
            let head = try Head(from: &reader, format: format)
            var records: [WorkspaceRecord] = []
            while records.count < head.count { records.append(try WorkspaceRecord(from: &reader, format: format)) }
            return records
        }
    }

    fileprivate func read<R>(_ body: (inout ByteReader) throws(DamagedBytes) -> R) throws(DamagedBytes) -> R {
        let result = bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            return Result { () throws(DamagedBytes) in try body(&reader) }
        }
        return try result.get()
    }
}

extension PackedRecords {
    /// - Parameters:
    ///   - first: the number of the first of the records.
    ///   - time: that they bear.
    ///   - release: that publishes them; nil: it isn't said.
    package init(
        _ records: [WorkspaceRecord], first: UInt64, time: Timestamp, release: String? = nil,
        format: Int = StoreSchema.format
    ) {
        var writer = ByteWriter()
        Self.begin(&writer, count: records.count, time: time, release: release, format: format)
        for record in records { record.write(to: &writer) }
        self.init(first: first, bytes: writer.finish(), format: format)
    }

    /// The records with those of a session emptied; nil where there are none of it.
    ///
    /// - Throws: `DamagedBytes` when the bytes aren't a block.
    package func forgetting(session: String) throws(DamagedBytes) -> (records: PackedRecords, count: Int)? {
        try read { reader throws(DamagedBytes) in
            let head = try Head(from: &reader, format: format)
            var records: [WorkspaceRecord] = []
            var forgotten = 0
            while records.count < head.count {
                let record = try WorkspaceRecord(from: &reader, format: format)
                let emptied = record.forgetting(session: session)
                if emptied != nil { forgotten += 1 }
                records.append(emptied ?? record)
            }
            guard forgotten > 0 else { return nil }
            let emptied = PackedRecords(
                records, first: first, time: head.time, release: head.release, format: format)
            return (emptied, forgotten)
        }
    }
}

// MARK: Each part

extension WorkspaceRecord {
    private enum Kind: UInt8 {
        case entry = 1
        case late, rejected, feedback
    }

    /// Appends the record in binary form; ``init(from:)`` reads it.
    package func write(to writer: inout ByteWriter) {
        switch self {
        case .entry(let entry):
            writer.append(integer: Kind.entry.rawValue)
            entry.result.write(to: &writer)
            entry.response.write(to: &writer)
            entry.timing.write(to: &writer)
            writer.append(integer: entry.lost)
        case .setAside(let record):
            writer.append(integer: (record.kind == .late ? Kind.late : .rejected).rawValue)
            writer.append(counted: record.stream)
            writer.append(integer: record.sequence)
            writer.append(optional: record.sessionID)
            writer.append(counted: record.line)
            writer.append(counted: record.reason)
        case .feedback(let feedback):
            writer.append(integer: Kind.feedback.rawValue)
            feedback.write(to: &writer)
        }
    }

    /// - Parameter format: how it is packed.
    /// - Throws: `DamagedBytes` for what ``write(to:)`` can't have written.
    package init(from reader: inout ByteReader, format: Int = StoreSchema.format) throws(DamagedBytes) {
        guard let kind = Kind(rawValue: try reader.integer()) else { throw DamagedBytes() }
        switch kind {
        case .entry:
            let result = try WindowResult(from: &reader)
            let response = try Response(from: &reader)
            let timing = try Timing(from: &reader)
            var entry = WorkspaceEntry(result, response: response, timing: timing, lost: try reader.integer())
            // Until then entries didn't say it.
            if format < 4 { entry.answers = nil }
            self = .entry(entry)
        case .late, .rejected:
            let (stream, sequence) = (try reader.string(), try reader.integer(UInt64.self))
            let (sessionID, line) = (try reader.optionalString(), try reader.string())
            self = .setAside(
                SetAside(
                    kind: kind == .late ? .late : .rejected, stream: stream, sequence: sequence, sessionID: sessionID,
                    line: line, reason: try reader.string()))
        case .feedback: self = .feedback(try Feedback(from: &reader))
        }
    }
}
