/// Noticing that a file says something else than before.

/// A sum over lines, in their order: by accident, no two sequences have the same. It is made for each line that is published, and so
/// does without a multiplication for each word: a word goes into one of four lanes, which are turned before.
struct LineSum: Equatable {
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var value: UInt64 = 0

    @inline(__always)
    mutating func add(_ line: UnsafeRawBufferPointer) {
        let size = line.count
        guard let start = line.baseAddress, size >= 32 else { return addShort(line) }
        var (a, b, c, d) = (value, Self.factor, UInt64(size), Self.factor &* 3)
        // The last 32 bytes, of which some are in it twice.
        var place = start + (size - 32)
        let last = place
        Self.turn(&a, &b, &c, &d, place)
        place = start
        while place < last {
            Self.turn(&a, &b, &c, &d, place)
            place += 32
        }
        value = Self.mixed(Self.mixed(Self.mixed(a ^ b) &+ c) ^ d)
    }

    @inline(never)
    private mutating func addShort(_ line: UnsafeRawBufferPointer) {
        value = Self.mixed(value ^ UInt64(line.count) &+ 1)
        for byte in line { value = Self.mixed(value ^ UInt64(byte)) }
    }

    @inline(__always)
    private static func turn(
        _ a: inout UInt64, _ b: inout UInt64, _ c: inout UInt64, _ d: inout UInt64, _ place: UnsafeRawPointer
    ) {
        a = (a << 13 | a >> 51) &+ place.loadUnaligned(as: UInt64.self)
        b = (b << 17 | b >> 47) &+ place.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        c = (c << 19 | c >> 45) &+ place.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        d = (d << 23 | d >> 41) &+ place.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    }

    @inline(__always)
    private static func mixed(_ sum: UInt64) -> UInt64 {
        let product = sum &* factor
        return product ^ (product >> 29)
    }
}
