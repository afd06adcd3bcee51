/// A session's id as its table has it.

/// The bytes of an id. Most ids are short: up to 16 bytes lie here, without memory of their own, and comparing two is
/// comparing numbers. Ordered by bytes, which for UTF-8 is by code points.
struct SessionName: Sendable, Comparable {
    /// The first eight bytes and the next eight, the first byte on top, zeros behind the last.
    private(set) var words: (UInt64, UInt64) = (0, 0)
    private var count: Int32 = 0
    /// All of them where they are more than 16.
    private var long: [UInt8] = []

    init() {}

    init(_ bytes: UnsafeRawBufferPointer) {
        words = Self.words(bytes)
        count = Int32(bytes.count)
        if bytes.count > 16 { long = Array(bytes) }
    }

    var string: String {
        if count > 16 { return String(decoding: long, as: UTF8.self) }
        return withUnsafeBytes(of: (words.0.bigEndian, words.1.bigEndian)) {
            String(decoding: UnsafeRawBufferPointer(rebasing: $0[..<Int(count)]), as: UTF8.self)
        }
    }

    @inline(__always)
    private static func words(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
        (word(bytes, at: 0), word(bytes, at: 8))
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt64 {
        if start + 8 <= bytes.count {
            return UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        }
        var word: UInt64 = 0
        var place = start
        while place < bytes.count {
            word = word << 8 | UInt64(bytes[place])
            place += 1
        }
        return place > start ? word << UInt64(8 * (start + 8 - place)) : 0
    }

    @inline(__always)
    static func == (name: SessionName, bytes: UnsafeRawBufferPointer) -> Bool {
        name.count == bytes.count && name.words == words(bytes)
            && (bytes.count <= 16 || name.long.elementsEqual(bytes))
    }

    static func == (a: SessionName, b: SessionName) -> Bool {
        a.count == b.count && a.words == b.words && a.long == b.long
    }

    static func < (a: SessionName, b: SessionName) -> Bool {
        if a.words != b.words { return a.words < b.words }
        // Of two short names that differ only in zeros at the end, the shorter one comes first.
        return a.count > 16 && b.count > 16 ? a.long.lexicographicallyPrecedes(b.long) : a.count < b.count
    }
}
