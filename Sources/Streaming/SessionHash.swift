/// Finding sessions by their ids' bytes.

/// A hash of short byte strings: products of 128 bits, folded, as in wyhash (Wang Yi, https://github.com/wangyi-fudan/wyhash).
/// It is several times as fast as the standard library's for a few bytes, and every message needs one. The numbers it
/// begins with are drawn anew in each process, so that ids which were made to collide don't.
enum SessionHash {
    private static let secret = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

    static func of(_ bytes: UnsafeRawBufferPointer) -> Int {
        let (first, second) = secret
        var sum = first ^ UInt64(bytes.count)
        var place = 0
        while place + 16 < bytes.count {
            sum = fold(word(bytes, place) ^ second, word(bytes, place + 8) ^ sum)
            place += 16
        }
        let (low, high) = last(bytes, from: place)
        return Int(truncatingIfNeeded: fold(low ^ second, high ^ sum))
    }

    /// What is left, at most 16 bytes, as two words. They overlap where it is less; with the length, which is in the sum,
    /// they tell everything.
    @inline(__always)
    private static func last(_ bytes: UnsafeRawBufferPointer, from place: Int) -> (UInt64, UInt64) {
        let count = bytes.count - place
        if count >= 8 { return (word(bytes, place), word(bytes, bytes.count - 8)) }
        if count >= 4 { return (half(bytes, place), half(bytes, bytes.count - 4)) }
        var word: UInt64 = 0
        for byte in bytes[place...] { word = word << 8 | UInt64(byte) }
        return (word, 0)
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    }

    @inline(__always)
    private static func half(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        UInt64(bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
