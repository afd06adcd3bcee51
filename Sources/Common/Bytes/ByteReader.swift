/// Reading back what was written in binary form.

/// Bytes that don't hold what they should: cut off, or not written by this program.
public struct DamagedBytes: Error, CustomStringConvertible {
    public var description: String { "the bytes are damaged" }

    @inlinable
    public init() {}
}

/// Reads integers and byte strings in the order in which a ``ByteWriter`` wrote them.
public struct ByteReader {
    @usableFromInline var rest: UnsafeRawBufferPointer

    /// - Parameter bytes: to be kept alive by the caller while the reader is used.
    public init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    public var isAtEnd: Bool { rest.isEmpty }

    /// Reads an integer, little-endian.
    ///
    /// - Throws: ``DamagedBytes`` when the bytes end before it.
    @inlinable
    public mutating func integer<I: FixedWidthInteger>(_ type: I.Type = I.self) throws(DamagedBytes) -> I {
        guard rest.count >= MemoryLayout<I>.size else { throw DamagedBytes() }
        let value = I(littleEndian: rest.loadUnaligned(as: I.self))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(MemoryLayout<I>.size))
        return value
    }

    /// Reads a byte string: its length, then the bytes, which are a view.
    ///
    /// - Throws: ``DamagedBytes`` when the bytes end before it does.
    public mutating func bytes() throws(DamagedBytes) -> UnsafeRawBufferPointer {
        let count = Int(try integer(UInt32.self))
        guard count <= rest.count else { throw DamagedBytes() }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count)) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    }

    /// Reads a string.
    ///
    /// - Throws: ``DamagedBytes`` when the bytes end before it does.
    public mutating func string() throws(DamagedBytes) -> String { String(decoding: try bytes(), as: UTF8.self) }

    /// Reads a flag.
    ///
    /// - Throws: ``DamagedBytes`` when there is none.
    public mutating func flag() throws(DamagedBytes) -> Bool {
        switch try integer(UInt8.self) {
        case 0: return false
        case 1: return true
        default: throw DamagedBytes()
        }
    }
}
