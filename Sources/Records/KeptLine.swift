/// As much of a line as a record keeps.
import Bytes

/// A line that is, or may be, set aside. A line may have tens of megabytes, and all that is of use in it is at its
/// beginning.
public struct KeptLine: Hashable, Sendable {
    /// So much of a line is kept, in bytes.
    public static let limit = 4 << 20

    /// Whether a text can have been kept: of each byte, three are left where it isn't UTF-8, and JSON has up to six for it.
    public static func canBe(_ text: UnsafeRawBufferPointer) -> Bool {
        text.count <= 3 * limit && ByteWriter.quotedSize(text) <= 6 * limit
    }

    /// The line, or its beginning. Bytes that aren't UTF-8 are replaced by U+FFFD.
    public var text: String
    /// What a reason says of a line that isn't whole; else empty.
    public var note: String

    public init(text: String, note: String = "") {
        self.text = text
        self.note = note
    }

    /// Copies a line, cut between two characters where it is longer than `limit` bytes.
    public init(_ line: UnsafeRawBufferPointer, limit: Int = KeptLine.limit) {
        guard line.count > limit else {
            self.init(text: String(decoding: line, as: UTF8.self))
            return
        }
        // A character has at most four bytes, and all but its first begin with the bits 10.
        var end = limit
        while end > limit - 3, end > 0, line[end] & 0xC0 == 0x80 { end -= 1 }
        self.init(
            text: String(decoding: line[..<end], as: UTF8.self), note: " (the first \(end) of \(line.count) bytes)")
    }
}

extension SetAside {
    /// A record of a line that may have been cut, and says so.
    public init(
        _ kind: Kind, stream: String, sequence: UInt64, sessionID: String?, line: KeptLine, reason: String
    ) {
        self.init(
            kind: kind, stream: stream, sequence: sequence, sessionID: sessionID, line: line.text,
            reason: reason + line.note)
    }

    /// What it takes, in bytes, roughly.
    public var size: Int { 512 + line.utf8.count + reason.utf8.count }
}
