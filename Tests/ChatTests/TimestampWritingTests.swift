/// A moment's text forms.
import Chat
import Testing
import TestSupport

@Suite("Writing a timestamp", .timeLimit(.minutes(5)))
struct TimestampWritingTests {
    static let texts: [(milliseconds: Int64, text: String, clock: String)] = [
        (0, "1970-01-01T00:00:00.000Z", "00:00:00"),
        (1, "1970-01-01T00:00:00.001Z", "00:00:00.001"),
        (-1, "1969-12-31T23:59:59.999Z", "23:59:59.999"),
        (-1000, "1969-12-31T23:59:59.000Z", "23:59:59"),
        (-86_400_000, "1969-12-31T00:00:00.000Z", "00:00:00"),
        (-86_400_001, "1969-12-30T23:59:59.999Z", "23:59:59.999"),
        (1_737_642_600_000, "2025-01-23T14:30:00.000Z", "14:30:00"),
        (1_737_642_600_250, "2025-01-23T14:30:00.250Z", "14:30:00.250"),
        (1_737_642_600_010, "2025-01-23T14:30:00.010Z", "14:30:00.010"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z", "00:00:00"),
        (951_868_799_999, "2000-02-29T23:59:59.999Z", "23:59:59.999"),
        (951_868_800_000, "2000-03-01T00:00:00.000Z", "00:00:00"),
        (-2_203_891_200_000, "1900-03-01T00:00:00.000Z", "00:00:00"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z", "00:00:00"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z", "00:00:00"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z", "23:59:59.999"),
    ]

    @Test(
        "A moment is written in UTC with milliseconds, its clock without a fraction where there is none",
        arguments: texts)
    func writes(_ milliseconds: Int64, _ text: String, _ clock: String) {
        let time = Timestamp(milliseconds: milliseconds)
        #expect(time.description == text)
        #expect(time.clock == clock)
    }

    @Test(
        "What is written reads back as the same moment, from year 0 to year 9999",
        arguments: 1...8 as ClosedRange<UInt64>)
    func roundTrip(_ seed: UInt64) {
        var generator = SeededGenerator(seed)
        let lost = (0..<5000).map { _ in
            Timestamp(milliseconds: .random(in: -62_167_219_200_000...253_402_300_799_999, using: &generator))
        }.filter { Timestamp($0.description) != $0 }
        #expect(lost.prefix(3) == [])
    }

    @Test("Around each midnight of four years, before 1970 too, what is written reads back")
    func midnights() {
        let days = Array(-731...731) + Array(10_950...11_320)
        let moments = days.flatMap { day in
            [-1, 0, 1].map { Timestamp(milliseconds: Int64(day) * 86_400_000 + $0) }
        }
        #expect(moments.filter { Timestamp($0.description) != $0 } == [])
        // Texts of one length sort as the moments do.
        #expect(moments.map(\.description) == moments.map(\.description).sorted())
    }

    @Test("The ends of time can be written without a crash")
    func endsOfTime() {
        #expect(Timestamp.distantPast.description.hasSuffix("Z"))
        #expect(Timestamp.distantFuture.description.hasSuffix("Z"))
        #expect(Timestamp.distantPast < Timestamp.distantFuture)
    }
}

@Suite("Division that rounds down", .timeLimit(.minutes(5)))
struct FloorDivisionTests {
    static let table: [(value: Int64, divisor: Int64, quotient: Int64, remainder: Int64)] = [
        (0, 10, 0, 0), (9, 10, 0, 9), (10, 10, 1, 0), (11, 10, 1, 1),
        (-1, 10, -1, 9), (-9, 10, -1, 1), (-10, 10, -1, 0), (-11, 10, -2, 9),
        (-1, 1, -1, 0), (7, 1, 7, 0), (-30_001, 30_000, -2, 29_999),
        (.max, 2, 4_611_686_018_427_387_903, 1), (.min, 2, -4_611_686_018_427_387_904, 0), (.min, 1, .min, 0),
        (.min, 86_400_000, -106_751_991_168, 60_424_192),
    ]

    @Test(
        "The remainder is never negative", arguments: table.map { [$0.value, $0.divisor, $0.quotient, $0.remainder] })
    func divides(_ row: [Int64]) {
        let (quotient, remainder) = row[0].floorDivided(by: row[1])
        #expect(quotient == row[2])
        #expect(remainder == row[3])
    }
}
