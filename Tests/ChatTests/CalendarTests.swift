/// The calendar against one that counts on its fingers.
import Testing

@testable import Chat

@Suite("Calendar", .timeLimit(.minutes(5)))
struct CalendarTests {
    @Test(
        "Every fourth year is a leap year, full centuries only where 400 divides them",
        arguments: [
            (0, true), (4, true), (100, false), (400, true), (1600, true), (1700, false), (1900, false), (1904, true),
            (2000, true), (2023, false), (2024, true), (2025, false), (2100, false), (9999, false), (-4, true),
            (-1, false),
        ] as [(Int64, Bool)])
    func leapYears(_ year: Int64, _ isLeap: Bool) {
        #expect(Calendar.isLeap(year) == isLeap)
        #expect(Calendar.days(inMonth: 2, of: year) == (isLeap ? 29 : 28))
    }

    @Test("Day by day through eight hundred years, days and dates agree with counting")
    func counting() {
        let lengths: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var day = Calendar.daysSince1970(1599, 12, 31)
        var wrong: [String] = []
        for year: Int64 in 1600..<2400 {
            for month: Int64 in 1...12 {
                let leapDay: Int64 = month == 2 && (year % 400 == 0 || year % 4 == 0 && year % 100 != 0) ? 1 : 0
                for date in 1...(lengths[Int(month) - 1] + leapDay) {
                    day += 1
                    if Calendar.daysSince1970(year, month, date) != day
                        || Calendar.date(daysSince1970: day) != (year, month, date)
                    {
                        wrong.append("\(year)-\(month)-\(date)")
                    }
                }
            }
        }
        #expect(wrong.prefix(5) == [])
        #expect(Calendar.daysSince1970(1970, 1, 1) == 0)
    }
}
