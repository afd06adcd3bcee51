/// Sums by which lines are known again.
import Testing

@testable import Producing

@Suite("Sums of lines", .timeLimit(.minutes(1)))
struct LineSumTests {
    @Test("Sums of lines differ where their bytes do, or their order")
    func sums() {
        func sum(_ lines: [String]) -> LineSum {
            lines.reduce(into: LineSum()) { sum, line in
                var line = line
                line.withUTF8 { sum.add(UnsafeRawBufferPointer($0)) }
            }
        }
        let lines = [
            "", "a", "b", "ab", "0123456789abcdef", "0123456789abcdeg", "0123456789abcdef0",
            String(repeating: "x", count: 100),
        ]
        for a in lines {
            for b in lines {
                #expect((sum([a]) == sum([b])) == (a == b))
                #expect((sum([a, b]) == sum([b, a])) == (a == b))
                #expect(sum([a, b]) != sum([a]))
            }
        }
        // Of lines that are equally long, two may change places, however far from each other.
        for size in [8, 64, 160] {
            for place in [0, 9, 18, 27, 63, size - 1].filter({ $0 < size }) {
                let plain = String(repeating: "x", count: size)
                let other = String(plain.prefix(place)) + "y" + plain.dropFirst(place + 1)
                let sums = (0..<200).map { number in sum((0..<200).map { $0 == number ? other : plain }) }
                #expect(Set(sums.map { "\($0)" }).count == 200)
            }
        }
    }
}
