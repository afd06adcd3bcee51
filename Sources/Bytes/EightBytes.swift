/// Looking at eight bytes at a time, and at sixteen.

/// Questions about the eight bytes of a word, by the arithmetic of "Determine if a word has a zero byte" and "… a byte
/// less than n" (Sean Eron Anderson, Bit Twiddling Hacks, https://graphics.stanford.edu/~seander/bithacks.html). An answer is
/// not zero when one of the bytes is so, and the lowest bit of it stands in the first that is.
struct EightBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    let word: UInt64

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        // The first byte is the lowest on machines of either order.
        word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Those that are C0 control characters, below 0x20.
    var controls: UInt64 {
        @inline(__always) get { (word &- Self.ones &* 0x20) & ~word & Self.tops }
    }

    /// Those that are `byte`.
    @inline(__always)
    func matches(_ byte: UInt64) -> UInt64 {
        let difference = word ^ (Self.ones &* byte)
        return (difference &- Self.ones) & ~difference & Self.tops
    }

    /// Those that are, or begin, a character that can drive a terminal, and others that begin with the same byte.
    var terminalSuspects: UInt64 {
        @inline(__always) get { controls | matches(0x7F) | matches(0xC2) | matches(0xD8) | matches(0xE2) }
    }

    /// Those, and `"` and `\`: what can't stand in a JSON string as it is.
    var jsonSuspects: UInt64 {
        @inline(__always) get { isPlainASCII ? 0 : terminalSuspects | matches(0x22) | matches(0x5C) }
    }

    /// Whether all are ASCII that stands in a JSON string as it is, in as few steps as that takes: below 0x80 an addition
    /// carries nothing into the next byte, and sets the top bit of all that are large enough.
    private var isPlainASCII: Bool {
        @inline(__always) get {
            let isPrinted = word &+ Self.ones &* 0x60
            let isNoQuote = (word ^ Self.ones &* 0x22) &+ Self.ones &* 0x7F
            let isNoBackslash = (word ^ Self.ones &* 0x5C) &+ Self.ones &* 0x7F
            let isDelete = word &+ Self.ones
            return (~(isPrinted & isNoQuote & isNoBackslash) | isDelete | word) & Self.tops == 0
        }
    }
}

/// The same of sixteen bytes, for what most texts consist of.
struct SixteenBytes {
    private static var ones: SIMD2<UInt64> {
        @inline(__always) get { SIMD2(repeating: 0x0101_0101_0101_0101) }
    }

    let words: SIMD2<UInt64>

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        words = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
    }

    /// Whether all are ASCII that stands in a JSON string as it is. Vectors are added and compared by bits alone: comparisons
    /// of them aren't one instruction in this compiler.
    var isPlainASCII: Bool {
        @inline(__always) get {
            let isPrinted = words &+ Self.ones &* 0x60
            let isNoQuote = (words ^ Self.ones &* 0x22) &+ Self.ones &* 0x7F
            let isNoBackslash = (words ^ Self.ones &* 0x5C) &+ Self.ones &* 0x7F
            let isDelete = words &+ Self.ones
            let special = ~(isPrinted & isNoQuote & isNoBackslash) | isDelete | words
            return (special[0] | special[1]) & 0x8080_8080_8080_8080 == 0
        }
    }
}
