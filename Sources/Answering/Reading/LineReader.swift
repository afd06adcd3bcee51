/// Lines out of a body that comes in pieces.
import NIOCore

/// Collects bytes and gives back whole lines, which end in LF, CR LF or CR as those of server-sent events do. Bytes that have
/// been looked at aren't looked at again: a line may be megabytes long and come a few hundred bytes at a time.
struct LineReader {
    /// A longer line isn't a model server's.
    private static let longestLine = 8 << 20

    private var bytes = ByteBuffer()
    /// So many of the readable bytes hold no end of a line.
    private var looked = 0
    /// The last line ended in CR: a LF that follows belongs to it.
    private var endedInReturn = false

    /// - Throws: ``ModelFailure`` for a line without end.
    mutating func append(_ part: inout ByteBuffer) throws(ModelFailure) {
        bytes.discardReadBytes()
        bytes.writeBuffer(&part)
        guard bytes.readableBytes < Self.longestLine else { throw .unreadable("a line of more than 8 MiB") }
    }

    /// The next whole line, without its end.
    mutating func next() -> ByteBufferView? {
        if endedInReturn, let first = bytes.readableBytesView.first {
            endedInReturn = false
            if first == 0x0A { bytes.moveReaderIndex(forwardBy: 1) }
        }
        let view = bytes.readableBytesView
        guard let end = view[(view.startIndex + looked)...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else {
            looked = view.count
            return nil
        }
        looked = 0
        endedInReturn = view[end] == 0x0D
        let line = bytes.readSlice(length: end - view.startIndex)
        bytes.moveReaderIndex(forwardBy: 1)
        return line?.readableBytesView
    }

    /// What stands behind the end of the last line.
    mutating func rest() -> ByteBufferView? {
        bytes.readableBytes > 0 ? bytes.readSlice(length: bytes.readableBytes)?.readableBytesView : nil
    }
}
