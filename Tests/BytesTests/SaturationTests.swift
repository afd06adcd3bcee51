/// Sums at the edge of what can be counted.
import Bytes
import Testing

@Suite("Sums that stay at the edge", .timeLimit(.minutes(5)))
struct SaturationTests {
    @Test("A sum is the sum, or the edge that it would have passed")
    func sums() {
        #expect(2.plus(3) == 5)
        #expect(Int.max.plus(1) == .max)
        #expect(Int64.min.plus(-1) == .min)
        #expect(Int64.max.plus(.min) == -1)
        #expect(UInt64.max.plus(.max) == .max)
        let large: UInt64 = 1 << 63
        #expect(large.plus(1 << 62) == 3 << 62)
    }

    @Test("A difference is the difference, or the edge that it would have passed")
    func differences() {
        #expect(2.minus(3) == -1)
        #expect(Int64.min.minus(1) == .min)
        #expect(Int64.max.minus(-1) == .max)
        #expect((2 as UInt64).minus(3) == 0)
    }
}
