/// A hash with a key.
import Bytes
import Testing

@Suite("A hash with a key", .timeLimit(.minutes(1)))
struct KeyedHashTests {
    private func hash(_ bytes: [UInt8], key: [UInt8] = Array(0..<16)) -> [UInt8] {
        let (first, second) = bytes.withUnsafeBytes { KeyedHash(key: key).of($0) }
        return withUnsafeBytes(of: (first.littleEndian, second.littleEndian)) { Array($0) }
    }

    /// https://github.com/veorq/SipHash/blob/master/vectors.h, `vectors_sip128`: the key is 00 to 0f, the text 00, 01, 02 and so on.
    @Test(
        "gives what its authors' does",
        arguments: [
            (0, "a3817f04ba25a8e66df67214c7550293"),
            (1, "da87c1d86b99af44347659119b22fc45"),
            (7, "a1f1ebbed8dbc153c0b84aa61ff08239"),
            (8, "3b62a9ba6258f5610f83e264f31497b4"),
            (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
        ])
    func vectors(_ count: Int, _ expected: String) {
        let digits = hash(Array(0..<UInt8(count))).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(digits == expected)
    }

    @Test("another key gives another one")
    func keys() { #expect(hash([1, 2, 3]) != hash([1, 2, 3], key: Array(1..<17))) }
}
