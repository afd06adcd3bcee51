/// Lines out of a body that comes in pieces.
import NIOCore

/// Collects bytes and gives back whole lines. Bytes that have been looked at aren't looked at again: a line may be
/// megabytes long and come a few hundred bytes at a time.
struct LineReader {
    /// A longer line isn't a model server's.
    private static let longestLine = 8 << 20

    private var bytes = ByteBuffer()
    /// So many of the readable bytes hold no line feed.
    private var looked = 0

    /// - Throws: ``ModelFailure`` for a line without end.
    mutating func append(_ part: inout ByteBuffer) throws(ModelFailure) {
        bytes.discardReadBytes()
        bytes.writeBuffer(&part)
        guard bytes.readableBytes < Self.longestLine else { throw .unreadable("a line of more than 8 MiB") }
    }

    /// The next whole line, without its line feed.
    mutating func next() -> ByteBufferView? {
        let view = bytes.readableBytesView
        guard let end = view[(view.startIndex + looked)...].firstIndex(of: 0x0A) else {
            looked = view.count
            return nil
        }
        looked = 0
        let line = bytes.readSlice(length: end - view.startIndex)
        bytes.moveReaderIndex(forwardBy: 1)
        return line?.readableBytesView
    }

    /// What stands behind the last line feed.
    mutating func rest() -> ByteBufferView? {
        bytes.readableBytes > 0 ? bytes.readSlice(length: bytes.readableBytes)?.readableBytesView : nil
    }
}
