/// A short sign by which bytes are known again.

/// FNV-1a, 64 bits, in 16 hexadecimal digits (http://www.isthe.com/chongo/tech/comp/fnv/). It tells what differs by mistake
/// apart, not what somebody has forged.
public enum Fingerprint {
    public static func of(_ bytes: UnsafeRawBufferPointer) -> String {
        let value = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
