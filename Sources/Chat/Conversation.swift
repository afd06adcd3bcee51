/// The messages of one window, packed into one buffer.
import Bytes

/// Messages, in a single allocation that grows: a header of fixed size, then the text, message by message.
///
/// A window of a handful of messages costs a handful of bytes more than its text, and moves from the engine to the
/// encoder without being copied or turned into objects.
public struct Conversation: Sendable, Equatable {
    // In this order no byte is lost between them: a million windows have one each. What is usable from inline is read for each
    // message that is put into a window, in another module.
    @usableFromInline var bytes: [UInt8] = []
    /// The time of the last message; before any has been appended, the distant past.
    public private(set) var latest = Timestamp.distantPast
    /// The last message's number in its stream.
    public private(set) var lastSequence: UInt64 = 0
    @usableFromInline var messageCount: UInt32 = 0
    /// Who said the last message.
    public private(set) var lastSender = Sender.customer
    private var isSorted = true

    /// How many messages there are.
    @inlinable public var count: Int { Int(messageCount) }

    /// What the messages take, in bytes.
    public var size: Int { bytes.count }

    @inlinable static var headerSize: Int { 8 + 8 + 4 + 1 }

    /// What a message costs beside its text, in bytes: its header, and room in a buffer that grows.
    @inlinable static var overhead: Int { 40 }

    /// What a message costs by which windows are limited: its text and 40 bytes.
    @inlinable
    public static func cost(ofText size: Int) -> Int { size + overhead }

    /// What all messages cost. Known without a count of its own: each has a header.
    @inlinable public var cost: Int { bytes.count + count * (Self.overhead - Self.headerSize) }

    public init() {}

    /// One message, its text a view into the conversation.
    public struct Message {
        public var timestamp: Timestamp
        public var sequence: UInt64
        public var sender: Sender
        public var text: UnsafeRawBufferPointer
    }

    /// Appends a message. Texts are at most 4 GiB, which is far above any line limit.
    public mutating func append(
        timestamp: Timestamp, sequence: UInt64, sender: Sender, text: UnsafeRawBufferPointer
    ) {
        if bytes.capacity == 0 { bytes.reserveCapacity(max(160, Self.headerSize + text.count)) }
        // A tuple of these lies in memory as written, without gaps.
        withUnsafeBytes(of: (timestamp.milliseconds, sequence, UInt32(text.count), sender.rawValue)) {
            bytes.append(contentsOf: $0)
        }
        bytes.append(contentsOf: text)
        messageCount += 1
        if timestamp > latest || timestamp == latest && sequence >= lastSequence {
            latest = timestamp
            lastSender = sender
            lastSequence = sequence
        } else {
            isSorted = false
        }
    }

    /// Reads where the next message will be appended, for nothing but to have it in the processor's cache.
    @inline(__always)
    public func touch() -> Int { Int(bytes.last ?? 0) }

    /// Takes the messages out. The room stays here for the next ones: what is given away is copied into as much as it needs,
    /// and needs one allocation instead of those of a buffer that grows.
    public mutating func takeMessages() -> Conversation {
        var taken = Conversation()
        taken.bytes = bytes.withUnsafeBytes { Array($0) }
        (taken.messageCount, taken.latest, taken.lastSender) = (messageCount, latest, lastSender)
        (taken.lastSequence, taken.isSorted) = (lastSequence, isSorted)
        bytes.removeAll(keepingCapacity: true)
        (messageCount, latest, lastSender, lastSequence, isSorted) = (0, .distantPast, .customer, 0, true)
        return taken
    }

    /// Appends the messages of another conversation.
    public mutating func append(_ other: Conversation) {
        other.forEach { append(timestamp: $0.timestamp, sequence: $0.sequence, sender: $0.sender, text: $0.text) }
    }

    /// Appends the conversation in binary form; ``init(from:)`` reads it. Times and numbers are written as what they are more
    /// than those before.
    public func write(to writer: inout ByteWriter) {
        writer.append(integer: UInt32(count))
        var (time, sequence): (Int64, UInt64) = (0, 0)
        forEach { message in
            writer.append(integer: message.timestamp.milliseconds &- time)
            writer.append(integer: Int64(bitPattern: message.sequence &- sequence))
            writer.append(integer: UInt64(message.text.count) << 1 | (message.sender == .rm ? 1 : 0))
            writer.append(message.text)
            (time, sequence) = (message.timestamp.milliseconds, message.sequence)
        }
    }

    /// - Throws: ``DamagedBytes`` for what ``write(to:)`` can't have written.
    public init(from reader: inout ByteReader) throws(DamagedBytes) {
        var (time, sequence): (Int64, UInt64) = (0, 0)
        for _ in 0..<(try reader.integer(UInt32.self)) {
            time &+= try reader.integer(Int64.self)
            sequence &+= UInt64(bitPattern: try reader.integer(Int64.self))
            let size = try reader.integer(UInt64.self)
            append(
                timestamp: Timestamp(milliseconds: time), sequence: sequence, sender: size & 1 == 1 ? .rm : .customer,
                text: try reader.bytes(size >> 1))
        }
    }

    /// Calls `body` with each message in order. The views are valid only during the call.
    public func forEach(_ body: (Message) -> Void) {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                body(Self.message(at: &offset, in: buffer))
            }
        }
    }

    /// Calls `body` with the text of the last message of one of the two.
    ///
    /// - Returns: what `body` returns; nil where there is no such message.
    public func withLastText<R>(of sender: Sender, _ body: (UnsafeRawBufferPointer) -> R?) -> R? {
        bytes.withUnsafeBytes { buffer in
            var last: UnsafeRawBufferPointer?
            var offset = 0
            while offset < buffer.count {
                let message = Self.message(at: &offset, in: buffer)
                if message.sender == sender { last = message.text }
            }
            return last.flatMap(body)
        }
    }

    private static func message(at offset: inout Int, in buffer: UnsafeRawBufferPointer) -> Message {
        let time = buffer.loadUnaligned(fromByteOffset: offset, as: Int64.self)
        let sequence = buffer.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
        let length = Int(buffer.loadUnaligned(fromByteOffset: offset + 16, as: UInt32.self))
        let sender = Sender(rawValue: buffer[offset + 20]) ?? .customer
        let text = UnsafeRawBufferPointer(rebasing: buffer[(offset + headerSize)..<(offset + headerSize + length)])
        offset += headerSize + length
        return Message(
            timestamp: Timestamp(milliseconds: time), sequence: sequence, sender: sender, text: text)
    }

    /// Puts the messages by timestamp, ties by arrival. Does nothing where they came in that order.
    public mutating func sortByTimestamp() {
        guard !isSorted else { return }
        var sorted = Conversation()
        sorted.bytes.reserveCapacity(bytes.count)
        bytes.withUnsafeBytes { buffer in
            var messages: [Message] = []
            messages.reserveCapacity(count)
            var offset = 0
            while offset < buffer.count { messages.append(Self.message(at: &offset, in: buffer)) }
            // Numbers are given by arrival.
            messages.sort { ($0.timestamp, $0.sequence) < ($1.timestamp, $1.sequence) }
            for message in messages {
                sorted.append(
                    timestamp: message.timestamp, sequence: message.sequence, sender: message.sender,
                    text: message.text)
            }
        }
        self = sorted
    }

    /// The messages as values of their own.
    public var messages: [ChatMessage] {
        var messages: [ChatMessage] = []
        messages.reserveCapacity(count)
        forEach {
            messages.append(
                ChatMessage(
                    timestamp: $0.timestamp, sender: $0.sender, text: String(decoding: $0.text, as: UTF8.self),
                    sequence: $0.sequence))
        }
        return messages
    }

    /// Packs messages that stand alone.
    public init(_ messages: some Sequence<ChatMessage>) {
        for message in messages {
            message.text.withBytes {
                append(
                    timestamp: message.timestamp, sequence: message.sequence, sender: message.sender, text: $0)
            }
        }
    }
}
