/// Noticing that a file says something else than before.

/// A sum over lines, in their order: by accident, no two sequences have the same. Made for each line that is published, so it takes
/// 32 bytes at a time.
struct LineSum: Equatable {
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var value: UInt64 = 0

    @inline(__always)
    mutating func add(_ line: UnsafeRawBufferPointer) {
        let size = line.count
        guard let start = line.baseAddress, size >= 32 else { return addShort(line) }
        var (a, b, c, d) = (value ^ UInt64(size), Self.factor, Self.factor &* 3, Self.factor &* 5)
        var place = 0
        while place + 32 <= size {
            a = Self.step(a, word(start + place))
            b = Self.step(b, word(start + place + 8))
            c = Self.step(c, word(start + place + 16))
            d = Self.step(d, word(start + place + 24))
            place += 32
        }
        // The last 32, of which some have been in it.
        a = Self.step(a, word(start + size - 32))
        b = Self.step(b, word(start + size - 24))
        c = Self.step(c, word(start + size - 16))
        d = Self.step(d, word(start + size - 8))
        value = Self.step(Self.step(a, b), Self.step(c, d))
    }

    private mutating func addShort(_ line: UnsafeRawBufferPointer) {
        value = Self.step(value, UInt64(line.count) &+ 1)
        for byte in line { value = Self.step(value, UInt64(byte)) }
    }

    @inline(__always)
    private func word(_ place: UnsafeRawPointer) -> UInt64 { place.loadUnaligned(as: UInt64.self) }

    @inline(__always)
    private static func step(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        let mixed = (sum ^ word) &* factor
        return mixed ^ (mixed >> 29)
    }
}
