/// Telling whether bytes are what they were.

/// A checksum of 64 bits for what is kept on a disk: multiplications and shifts, eight bytes at a time in four lanes. Each step can
/// be undone, so a change within one stretch of eight bytes always shows. It tells chance apart, not intent.
public enum Checksum {
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// - Parameter seed: bytes in another place get another checksum.
    public static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var (a, b, c, d) = (seed, seed &+ 1, seed &+ 2, seed &+ 3)
        var place = 0
        while place + 32 <= bytes.count {
            a = step(a, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            b = step(b, bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self))
            c = step(c, bytes.loadUnaligned(fromByteOffset: place + 16, as: UInt64.self))
            d = step(d, bytes.loadUnaligned(fromByteOffset: place + 24, as: UInt64.self))
            place += 32
        }
        var sum = step(step(step(step(UInt64(bytes.count), a), b), c), d)
        for byte in bytes[place...] { sum = step(sum, UInt64(byte)) }
        return sum
    }

    @inline(__always)
    private static func step(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        let mixed = (sum ^ word) &* factor
        return mixed ^ (mixed >> 29)
    }
}
