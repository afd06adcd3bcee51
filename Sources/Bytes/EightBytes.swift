/// Looking at eight bytes at a time.

/// Questions about the eight bytes of a word, by the arithmetic of "Determine if a word has a zero byte" and "… a byte
/// less than n" (Sean Eron Anderson, Bit Twiddling Hacks, https://graphics.stanford.edu/~seander/bithacks.html).
struct EightBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    private let word: UInt64

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// Not zero when one of them is a C0 control character: below 0x20.
    var controls: UInt64 {
        @inline(__always) get { (word &- Self.ones &* 0x20) & ~word & Self.tops }
    }

    /// Not zero when one of them is `byte`.
    @inline(__always)
    func matches(_ byte: UInt64) -> UInt64 {
        let difference = word ^ (Self.ones &* byte)
        return (difference &- Self.ones) & ~difference & Self.tops
    }
}
