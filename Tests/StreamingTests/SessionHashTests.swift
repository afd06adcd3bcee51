/// Telling session ids apart.
import Testing

@testable import Streaming

@Suite("The hash of session ids", .timeLimit(.minutes(5)))
struct SessionHashTests {
    private func hash(_ bytes: [UInt8]) -> Int { bytes.withUnsafeBytes { SessionHash.of($0) } }

    @Test("the same bytes have the same hash, wherever they stand")
    func equal() {
        let text = Array("--session-0001 of a customer with a long name--".utf8)
        for length in 0...40 {
            let range = 2..<(2 + length)
            let there = text.withUnsafeBytes { SessionHash.of(UnsafeRawBufferPointer(rebasing: $0[range])) }
            #expect(hash(Array(text[range])) == there)
        }
    }

    @Test("one bit more or less, anywhere, is another hash", arguments: 0...40)
    func bits(_ length: Int) {
        let id = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        var seen: Set<Int> = [hash(id)]
        for place in id.indices {
            for bit in 0..<8 {
                var other = id
                other[place] ^= 1 << UInt8(bit)
                seen.insert(hash(other))
            }
        }
        #expect(seen.count == length * 8 + 1)
    }

    @Test("zeros are told apart by how many there are")
    func zeros() {
        let hashes = (0...64).map { hash([UInt8](repeating: 0, count: $0)) }
        #expect(Set(hashes).count == 65)
    }

    @Test("names that are counted up spread over a table's places")
    func spread() {
        var counts = [Int](repeating: 0, count: 1 << 12)
        for number in 0..<(1 << 16) { counts[hash(Array("session-\(number)".utf8)) & (counts.count - 1)] += 1 }
        // 16 a place on average. With chance alone more than 60 would hardly ever be seen; the numbers that the hash begins
        // with are drawn anew in each process, and a few draws are worse than chance (70 was seen).
        #expect(counts.max() ?? 0 < 160)
    }
}
