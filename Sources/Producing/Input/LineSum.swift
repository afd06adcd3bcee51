/// Noticing that a file says something else than before.

/// A sum over lines, in their order: by accident, no two sequences have the same. It is made for each line that is published, and so
/// does without a multiplication for each word: a word goes into one of four lanes, which are turned before. Two for each line make
/// its place count.
struct LineSum: Equatable {
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var (a, b, c, d) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))

    @inline(__always)
    mutating func add(_ line: UnsafeRawBufferPointer) {
        let size = line.count
        guard let start = line.baseAddress, size >= 32 else { return addShort(line) }
        var lanes = self
        lanes.c &+= UInt64(size)
        // The last 32 bytes, of which some are in it twice.
        let last = start + (size - 32)
        lanes.turn(last)
        var place = start
        while place < last {
            lanes.turn(place)
            place += 32
        }
        lanes.endLine()
        self = lanes
    }

    @inline(never)
    private mutating func addShort(_ line: UnsafeRawBufferPointer) {
        a = (a << 13 | a >> 51) &+ UInt64(line.count) &+ 1
        for byte in line { a = (a << 9 | a >> 55) &+ UInt64(byte) &+ 1 }
        endLine()
    }

    @inline(__always)
    private mutating func endLine() {
        a = (a &+ (b << 32 | b >> 32)) &* Self.factor
        c = (c &+ (d << 32 | d >> 32)) &* Self.factor
    }

    @inline(__always)
    private mutating func turn(_ place: UnsafeRawPointer) {
        a = (a << 13 | a >> 51) &+ place.loadUnaligned(as: UInt64.self)
        b = (b << 17 | b >> 47) &+ place.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        c = (c << 19 | c >> 45) &+ place.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        d = (d << 23 | d >> 41) &+ place.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    }
}
