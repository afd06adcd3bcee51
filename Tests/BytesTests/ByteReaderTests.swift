/// Numbers in binary form, written and read back.
import Bytes
import Testing

@Suite("Binary numbers", .timeLimit(.minutes(5)))
struct ByteReaderTests {
    /// Every power of two, and what lies beside it.
    private static let edges = (0..<64).flatMap { place -> [UInt64] in
        let power = UInt64(1) << UInt64(place)
        return [power &- 1, power, power &+ 1, ~power]
    }

    private func readBack<I: FixedWidthInteger>(_ number: I) -> (size: Int, number: I?, isAtEnd: Bool) {
        var writer = ByteWriter()
        writer.append(integer: number)
        return writer.withBytes { bytes in
            var reader = ByteReader(bytes)
            let number = try? reader.integer(I.self)
            return (bytes.count, number, reader.isAtEnd)
        }
    }

    @Test("A number reads back as itself, whatever its size and sign")
    func numbers() {
        func check<I: FixedWidthInteger>(_ number: I) {
            let read = readBack(number)
            #expect(read.number == number)
            #expect(read.isAtEnd)
        }
        for edge in Self.edges {
            check(edge)
            check(Int64(bitPattern: edge))
            check(UInt32(truncatingIfNeeded: edge))
            check(Int32(truncatingIfNeeded: edge))
            check(UInt8(truncatingIfNeeded: edge))
        }
    }

    @Test("Small numbers take a byte, also below zero, and the largest ten")
    func sizes() {
        #expect(readBack(UInt64(127)).size == 1)
        #expect(readBack(UInt64(128)).size == 2)
        #expect(readBack(Int64(-64)).size == 1)
        #expect(readBack(Int64(64)).size == 2)
        #expect(readBack(UInt64.max).size == 10)
        #expect(readBack(Int64.min).size == 10)
        #expect(readBack(UInt8.max).size == 1)
    }

    @Test(
        "What isn't a number, or is too large for its place, is damage",
        arguments: [
            [], [0x80], [0xFF, 0xFF], [UInt8](repeating: 0xFF, count: 10), [UInt8](repeating: 0x80, count: 11),
            [UInt8](repeating: 0x80, count: 9) + [0x02], [0x80, 0x80, 0x80, 0x80, 0x10],
        ] as [[UInt8]])
    func damage(_ bytes: [UInt8]) {
        #expect(throws: DamagedBytes.self) {
            _ = try bytes.withUnsafeBytes { bytes in
                var reader = ByteReader(bytes)
                return try reader.integer(UInt32.self)
            }
        }
    }
}
