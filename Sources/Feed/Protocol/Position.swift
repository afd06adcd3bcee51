/// The third frame of a live record: where it stands in its stream.

/// A record's place: its stream and its number there.
///
/// On the wire: the sequence number, 8 bytes, big-endian, from 1 without holes; then the stream id in UTF-8.
public enum Position {
    /// A stream id is at most this many bytes.
    public static let streamLimit = 128
    /// Numbers stay below this: no stream comes near it, and sums of them can't overflow.
    static let sequenceLimit: UInt64 = 1 << 62

    /// Whether a text can be a stream's id.
    public static func isStream(_ id: String) -> Bool { 1...streamLimit ~= id.utf8.count }

    /// Whether a record can have this number.
    @inline(__always)
    public static func isSequence(_ number: UInt64) -> Bool { 1..<sequenceLimit ~= number }

    /// The frame for record `sequence` of `stream`.
    public static func frame(_ sequence: UInt64, _ stream: String) -> [UInt8] {
        sequence.bigEndianBytes + Array(stream.utf8)
    }

    /// The sequence number of a position frame; nil when the frame isn't one.
    @inline(__always)
    static func sequence(_ frame: UnsafeRawBufferPointer) -> UInt64? {
        guard frame.count > 8, case let sequence = UInt64(bigEndian: frame.loadUnaligned(as: UInt64.self)),
            isSequence(sequence)
        else { return nil }
        return sequence
    }

    /// The stream id's bytes.
    @inline(__always)
    static func stream(_ frame: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: frame[8...])
    }
}

extension UInt64 {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

    /// Reads exactly 8 bytes, big-endian; nil when they aren't a number that a stream can have.
    init?(bigEndianBytes bytes: [UInt8]) {
        guard bytes.count == 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
        if self >= Position.sequenceLimit { return nil }
    }
}
