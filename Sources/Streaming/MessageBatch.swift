/// Messages on their way into the engine.
import Bytes
import Chat

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

    /// Whether the messages have times that messages can have. Bytes may be anything.
    public var areTimesSound: Bool { records.allSatisfy(\.timestamp.isSound) }

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
        sessionID.withBytes { session in
            message.text.withBytes { text in
                append(
                    DecodedMessage(
                        sessionID: session, timestamp: message.timestamp, sender: message.sender, text: text),
                    sequence: message.sequence)
            }
        }
    }

    // MARK: In binary form

    /// Room for what ``write(to:)`` appends, in bytes, unless times or numbers are far apart.
    public var size: Int { records.count * 16 + bytes.count + 16 }

    /// Appends the messages, without their stream, in binary form; ``init(stream:from:)`` reads them. Times and numbers are
    /// written as what they are more than those before.
    public func write(to writer: inout ByteWriter) {
        writer.reserve(size)
        writer.append(integer: UInt32(records.count))
        var (time, sequence): (Int64, UInt64) = (0, 0)
        for record in records {
            writer.append(integer: record.timestamp.milliseconds &- time)
            writer.append(integer: Int64(bitPattern: record.sequence &- sequence))
            writer.append(integer: UInt32(record.session.count))
            writer.append(integer: UInt64(record.text.count) << 1 | (record.sender == .rm ? 1 : 0))
            (time, sequence) = (record.timestamp.milliseconds, record.sequence)
        }
        bytes.withUnsafeBytes { writer.append(counted: $0) }
    }

    /// - Throws: `DamagedBytes` for what ``write(to:)`` can't have written.
    public init(stream: String, from reader: inout ByteReader) throws(DamagedBytes) {
        self.init(stream: stream)
        var (time, sequence): (Int64, UInt64) = (0, 0)
        var start: UInt64 = 0
        let count = Int(try reader.integer(UInt32.self))
        // Each takes at least four bytes, whatever a damaged count says.
        records.reserveCapacity(min(count, reader.count / 4))
        for _ in 0..<count {
            time &+= try reader.integer(Int64.self)
            sequence &+= UInt64(bitPattern: try reader.integer(Int64.self))
            let middle = start + UInt64(try reader.integer(UInt32.self))
            let size = try reader.integer(UInt64.self)
            let end = middle + size >> 1
            guard end <= UInt32.max else { throw DamagedBytes() }
            records.append(
                Record(
                    timestamp: Timestamp(milliseconds: time), sequence: sequence,
                    sender: size & 1 == 1 ? .rm : .customer, session: UInt32(start)..<UInt32(middle),
                    text: UInt32(middle)..<UInt32(end)))
            start = end
        }
        bytes = Array(try reader.bytes())
        guard start == bytes.count else { throw DamagedBytes() }
    }
}

extension Range<UInt32> {
    var asInt: Range<Int> { Int(lowerBound)..<Int(upperBound) }
}
