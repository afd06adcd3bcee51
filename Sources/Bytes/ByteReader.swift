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

    /// Reads an integer.
    ///
    /// - Throws: ``DamagedBytes`` when the bytes end before it, or it doesn't fit.
    @inlinable
    public mutating func integer<I: FixedWidthInteger>(_ type: I.Type = I.self) throws(DamagedBytes) -> I {
        if I.bitWidth == 8 {
            guard let byte = rest.first else { throw DamagedBytes() }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
            return I(truncatingIfNeeded: byte)
        }
        let number = try varint()
        let value =
            I.isSigned
            ? I(exactly: Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)) : I(exactly: number)
        guard let value else { throw DamagedBytes() }
        return value
    }

    /// Reads a number as ``ByteWriter/append(varint:)`` writes it.
    ///
    /// - Throws: ``DamagedBytes`` when the bytes end before it does, or it has more than 64 bits.
    @inlinable
    public mutating func varint() throws(DamagedBytes) -> UInt64 {
        // Most numbers are small.
        guard let byte = rest.first, byte < 0x80 else { return try longVarint() }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
        return UInt64(byte)
    }

    @usableFromInline
    mutating func longVarint() throws(DamagedBytes) -> UInt64 {
        var number: UInt64 = 0
        for place in 0..<min(10, rest.count) {
            let byte = rest[place]
            // The tenth byte has one bit left.
            if place == 9 && byte > 1 { break }
            number |= UInt64(byte & 0x7F) << UInt64(7 * place)
            if byte < 0x80 {
                rest = UnsafeRawBufferPointer(rebasing: rest[(place + 1)...])
                return number
            }
        }
        throw DamagedBytes()
    }

    /// How many bytes are left.
    public var count: Int { rest.count }

    /// Reads so many bytes, as a view.
    ///
    /// - Throws: ``DamagedBytes`` when there are less.
    public mutating func bytes(_ count: UInt64) throws(DamagedBytes) -> UnsafeRawBufferPointer {
        guard count <= UInt64(rest.count) else { throw DamagedBytes() }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(count))) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(Int(count)))
    }

    /// Reads a byte string: its length, then the bytes, which are a view.
    ///
    /// - Throws: ``DamagedBytes`` when the bytes end before it does.
    public mutating func bytes() throws(DamagedBytes) -> UnsafeRawBufferPointer {
        try bytes(UInt64(try integer(UInt32.self)))
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
