/// A hash that nobody can make collide who doesn't know its key.

/// SipHash-2-4 with a result of 128 bits (https://www.aumasson.jp/siphash/siphash.pdf and
/// https://github.com/veorq/SipHash): short texts are known again by it, whoever has chosen them.
public struct KeyedHash: Sendable {
    private let key: (UInt64, UInt64)

    /// - Parameter key: bytes that nobody can guess; the first sixteen count.
    public init(key: some Collection<UInt8>) {
        func word(_ bytes: some Collection<UInt8>) -> UInt64 {
            bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.key = (word(key), word(key.dropFirst(8)))
    }

    /// The hash of some bytes.
    public func of(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
        var state = State(key)
        var place = 0
        while place + 8 <= bytes.count {
            state.take(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
            place += 8
        }
        var last = UInt64(truncatingIfNeeded: bytes.count) << 56
        for (shift, byte) in bytes[place...].enumerated() { last |= UInt64(byte) << UInt64(8 * shift) }
        state.take(last)
        state.v2 ^= 0xEE
        for _ in 0..<4 { state.round() }
        let first = state.sum
        state.v1 ^= 0xDD
        for _ in 0..<4 { state.round() }
        return (first, state.sum)
    }

    private struct State {
        var v0: UInt64
        var v1: UInt64
        var v2: UInt64
        var v3: UInt64

        init(_ key: (UInt64, UInt64)) {
            v0 = 0x736F_6D65_7073_6575 ^ key.0
            v1 = 0x646F_7261_6E64_6F6D ^ key.1 ^ 0xEE
            v2 = 0x6C79_6765_6E65_7261 ^ key.0
            v3 = 0x7465_6462_7974_6573 ^ key.1
        }

        var sum: UInt64 { v0 ^ v1 ^ v2 ^ v3 }

        mutating func take(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func round() {
            v0 &+= v1
            v1 = v1.rotated(13) ^ v0
            v0 = v0.rotated(32)
            v2 &+= v3
            v3 = v3.rotated(16) ^ v2
            v0 &+= v3
            v3 = v3.rotated(21) ^ v0
            v2 &+= v1
            v1 = v1.rotated(17) ^ v2
            v2 = v2.rotated(32)
        }
    }
}

extension UInt64 {
    fileprivate func rotated(_ bits: UInt64) -> UInt64 { self << bits | self >> (64 - bits) }
}
