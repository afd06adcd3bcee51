/// Numbers and times of day as text.
import TestSupport
import Testing

@testable import Bytes

@Suite("Numbers as text", .timeLimit(.minutes(1)))
struct ByteWriterTests {
    private func decimal(_ number: some BinaryInteger) -> String { text { $0.appendDecimal(number) } }

    private func clock(_ milliseconds: UInt32, withFraction: Bool) -> String {
        text { $0.appendClock(milliseconds: milliseconds, withFraction: withFraction) }
    }

    private func text(_ write: (inout ByteWriter) -> Void) -> String {
        var bytes = ByteWriter(capacity: 1)
        write(&bytes)
        return bytes.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test("a number is written as its digits, whatever their count")
    func decimal() {
        var numbers: [UInt64] = [0, .max, .max - 1]
        var power: UInt64 = 1
        for _ in 0..<19 {
            numbers += [power - 1, power, power + 1, power * 9, power &* 2 &- 1]
            power *= 10
        }
        var random = SeededGenerator(1)
        for _ in 0..<10_000 { numbers.append(random.next() >> UInt64.random(in: 0..<64, using: &random)) }
        for number in numbers { #expect(decimal(number) == String(number)) }
        for number in [Int64.min, -1, -10, -99_999_999, -100_000_000] {
            #expect(decimal(number) == String(number))
        }
    }

    @Test("each number below 100,000,000 has its digits", arguments: [0, 1, 2, 3])
    func eightDigits(_ offset: UInt64) {
        var wrong = 0
        // A prime step goes through all remainders.
        for number in stride(from: offset, to: 100_000_000, by: 1_009)
        where text({ $0.appendDecimal(number) }) != "\(number)" {
            wrong += 1
        }
        #expect(wrong == 0)
    }

    @Test("seconds have two digits, and three for their fraction")
    func second() {
        for milliseconds in UInt32(0)..<60_000 {
            let digits = String(100_000 + milliseconds).dropFirst()
            let expected = "\(digits.prefix(2)).\(digits.suffix(3))Z"
            if text({ $0.appendSecond(milliseconds: milliseconds) }) != expected { Issue.record("\(milliseconds)") }
        }
    }

    @Test("a time of day has two digits for each part, and three for its fraction where that is wanted")
    func clock() {
        func padded(_ number: UInt32, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        let edges: [UInt32] = [0, 1, 999, 1000, 36_000_000, 86_399_999]
        for time in edges + Array(stride(from: 7, to: 86_400_000, by: 9_973)) {
            let (second, fraction) = (time / 1000, time % 1000)
            let text = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
            #expect(clock(time, withFraction: false) == text)
            #expect(
                clock(time, withFraction: true) == "\(text).\(padded(fraction, 3))")
        }
    }
}
