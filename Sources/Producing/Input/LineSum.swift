/// Noticing that a file says something else than before.

/// A sum over lines, in their order: by accident, no two sequences have the same. Made for each line that is published, so it takes
/// sixteen bytes at a time.
struct LineSum: Equatable {
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var value: UInt64 = 0

    @inline(__always)
    mutating func add(_ line: UnsafeRawBufferPointer) {
        var (a, b) = (value ^ UInt64(line.count), value &+ Self.factor)
        guard let start = line.baseAddress, line.count >= 16 else {
            for byte in line { a = Self.step(a, UInt64(byte)) }
            value = Self.step(a, b)
            return
        }
        var place = 0
        while place + 16 <= line.count {
            a = Self.step(a, start.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            b = Self.step(b, start.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self))
            place += 16
        }
        // The last sixteen, of which some have been in it.
        a = Self.step(a, start.loadUnaligned(fromByteOffset: line.count - 16, as: UInt64.self))
        b = Self.step(b, start.loadUnaligned(fromByteOffset: line.count - 8, as: UInt64.self))
        value = Self.step(a, b)
    }

    @inline(__always)
    private static func step(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        let mixed = (sum ^ word) &* factor
        return mixed ^ (mixed >> 29)
    }
}
