/// Looking at eight bytes at a time.

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

    /// Whether all are below 0x80.
    var isASCII: Bool {
        @inline(__always) get { word & Self.tops == 0 }
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
        @inline(__always) get {
            let among = controls | matches(0x7F)
            return isASCII ? among : among | matches(0xC2) | matches(0xD8) | matches(0xE2)
        }
    }
}
