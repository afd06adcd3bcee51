/// Messages on their way into the engine.
import Common

/// Consecutive messages of one stream, packed: texts and session ids in one buffer, the rest beside it.
public struct MessageBatch: Sendable {
    struct Record {
        let timestamp: Timestamp
        let sequence: UInt64
        let sender: Sender
        let session: Range<UInt32>
        let text: Range<UInt32>
    }

    public private(set) var stream: String
    private(set) var records: [Record] = []
    private(set) var bytes: [UInt8] = []

    public init(stream: String) { self.stream = stream }

    public var count: Int { records.count }

    /// Forgets the messages and keeps the room, for those of a stream.
    public mutating func begin(stream: String) {
        self.stream = stream
        records.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with the records and the bytes that they point into.
    func withRecords<R>(_ body: ([Record], UnsafeRawBufferPointer) -> R) -> R {
        bytes.withUnsafeBytes { body(records, $0) }
    }

    func sessionID(of record: Record) -> String { String(decoding: bytes[record.session.asInt], as: UTF8.self) }

    /// Appends a record of another batch.
    mutating func append(_ record: Record, from bytes: UnsafeRawBufferPointer) {
        append(
            DecodedMessage(
                sessionID: UnsafeRawBufferPointer(rebasing: bytes[record.session.asInt]), timestamp: record.timestamp,
                sender: record.sender, text: UnsafeRawBufferPointer(rebasing: bytes[record.text.asInt])),
            sequence: record.sequence)
    }

    /// Makes room for that many more messages and bytes.
    public mutating func reserve(count: Int, bytes size: Int) {
        records.reserveCapacity(count)
        bytes.reserveCapacity(size)
    }

    /// Appends a message. A batch holds less than 4 GiB.
    public mutating func append(_ message: DecodedMessage, sequence: UInt64) {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: message.sessionID)
        let middle = UInt32(bytes.count)
        bytes.append(contentsOf: message.text)
        records.append(
            Record(
                timestamp: message.timestamp, sequence: sequence, sender: message.sender, session: start..<middle,
                text: middle..<UInt32(bytes.count)))
    }

    /// Appends a message of a session.
    public mutating func append(_ message: ChatMessage, sessionID: String) {
        var (session, text) = (sessionID, message.text)
        session.withUTF8 { session in
            text.withUTF8 { text in
                append(
                    DecodedMessage(
                        sessionID: UnsafeRawBufferPointer(session), timestamp: message.timestamp,
                        sender: message.sender, text: UnsafeRawBufferPointer(text)),
                    sequence: message.sequence)
            }
        }
    }

    // MARK: In binary form

    /// A record's time, its number, the sizes of its session id and text, and its sender, as they lie in memory: without
    /// gaps.
    private typealias Packed = (Int64, UInt64, UInt32, UInt32, UInt8)
    private static let packedSize = 8 + 8 + 4 + 4 + 1

    /// What ``write(to:)`` appends, in bytes.
    public var size: Int { records.count * Self.packedSize + bytes.count + 8 }

    /// Appends the messages, without their stream, in binary form; ``init(stream:from:)`` reads them.
    public func write(to writer: inout ByteWriter) {
        writer.reserve(size)
        writer.append(integer: UInt32(records.count * Self.packedSize))
        for record in records {
            let packed: Packed = (
                record.timestamp.milliseconds, record.sequence, UInt32(record.session.count), UInt32(record.text.count),
                record.sender.rawValue
            )
            withUnsafeBytes(of: packed) { writer.append(UnsafeRawBufferPointer(rebasing: $0[..<Self.packedSize])) }
        }
        bytes.withUnsafeBytes { writer.append(counted: $0) }
    }

    /// - Throws: `DamagedBytes` for what ``write(to:)`` can't have written.
    public init(stream: String, from reader: inout ByteReader) throws(DamagedBytes) {
        self.init(stream: stream)
        let packed = try reader.bytes()
        bytes = Array(try reader.bytes())
        guard packed.count.isMultiple(of: Self.packedSize) else { throw DamagedBytes() }
        records.reserveCapacity(packed.count / Self.packedSize)
        var start: UInt32 = 0
        for offset in stride(from: 0, to: packed.count, by: Self.packedSize) {
            let (middle, hasOverflowed) = start.addingReportingOverflow(
                packed.loadUnaligned(fromByteOffset: offset + 16, as: UInt32.self))
            let (end, hasOverflowedToo) = middle.addingReportingOverflow(
                packed.loadUnaligned(fromByteOffset: offset + 20, as: UInt32.self))
            guard !hasOverflowed, !hasOverflowedToo, end <= bytes.count,
                let sender = Sender(rawValue: packed[offset + 24])
            else { throw DamagedBytes() }
            records.append(
                Record(
                    timestamp: Timestamp(
                        milliseconds: packed.loadUnaligned(fromByteOffset: offset, as: Int64.self)),
                    sequence: packed.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self), sender: sender,
                    session: start..<middle, text: middle..<end))
            start = end
        }
        guard start == bytes.count else { throw DamagedBytes() }
    }
}

extension Range<UInt32> {
    var asInt: Range<Int> { Int(lowerBound)..<Int(upperBound) }
}
