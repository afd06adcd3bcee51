/// A moment of event time, and its text form.
import Bytes

/// Milliseconds since 1970-01-01T00:00:00Z, negative before it. Leap seconds count as in POSIX: not at all.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

    /// Later than everything: the watermark of a stream that has ended.
    public static let distantFuture = Timestamp(milliseconds: .max)
    /// Earlier than everything: the watermark of a stream that hasn't begun.
    public static let distantPast = Timestamp(milliseconds: .min)
}

// MARK: Reading

extension Timestamp {
    /// Reads an RFC 3339 date and time: `2025-01-23T14:30:00.250+01:00`.
    ///
    /// As ISO 8601 allows, the offset may be `Z`, `+hh`, `+hhmm`, `+hh:mm` or missing (then it is UTC) and the fraction
    /// may follow a comma; digits past the millisecond are cut off. `:60` is taken only where UTC has leap seconds,
    /// at 23:59:60, and means the second after.
    ///
    /// - Returns: nil when the text isn't such a time, or names a day or an hour that doesn't exist.
    public init?(_ text: UnsafeRawBufferPointer) {
        var day = DayRead()
        self.init(text, after: &day)
    }

    /// - Parameter day: the day of the time that was read before; afterwards that of this one.
    @inline(__always)
    init?(_ text: UnsafeRawBufferPointer, after day: inout DayRead) {
        var reader = DigitReader(text)
        guard let day = day.next(in: &reader), let time = reader.time(on: day) else { return nil }
        // An offset may lead out of the years that can be written.
        guard Self.firstWritten...Self.lastWritten ~= time else { return nil }
        self.init(milliseconds: time)
    }

    /// Also takes years that RFC 3339 has no room for, written as ISO 8601 has it: `+10000`, `-0001`.
    package init?(anyYear text: UnsafeRawBufferPointer) {
        var reader = DigitReader(text)
        guard let year = reader.anyYear(), let day = reader.day(of: year), let time = reader.time(on: day) else {
            return nil
        }
        self.init(milliseconds: time)
    }

    /// 0000-01-01T00:00:00.000Z
    static let firstWritten: Int64 = -62_167_219_200_000
    /// 9999-12-31T23:59:59.999Z
    static let lastWritten: Int64 = 253_402_300_799_999

    /// Reads a time from a string; see ``init(_:)-(UnsafeRawBufferPointer)``.
    public init?(_ text: String) {
        guard let parsed = text.withBytes({ Timestamp($0) }) else { return nil }
        self = parsed
    }
}

/// The day that was read last: most times in a row fall on the same one, and then its text needn't be read again.
struct DayRead {
    /// `2025-01-23T`, in two pieces that overlap.
    private var text: (UInt64, UInt32) = (0, 0)
    /// nil: none has been read.
    private var day: Int64?

    /// Reads a date and the `T` behind it.
    ///
    /// - Returns: the day, counted from 1970-01-01.
    @inline(__always)
    fileprivate mutating func next(in reader: inout DigitReader) -> Int64? {
        guard let text = reader.dayText else { return nil }
        if text == self.text, let day {
            reader.skipDay()
            return day
        }
        guard let year = reader.digits(4), let day = reader.day(of: year) else { return nil }
        (self.text, self.day) = (text, day)
        return day
    }
}

/// Reads the parts of a timestamp from left to right.
private struct DigitReader {
    private let text: UnsafeRawBufferPointer
    private var position = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    private static let dayLength = 11

    /// What stands where a day's text would, from the start; nil: there is less.
    @inline(__always)
    var dayText: (UInt64, UInt32)? {
        guard text.count >= Self.dayLength else { return nil }
        return (
            text.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            text.loadUnaligned(fromByteOffset: Self.dayLength - 4, as: UInt32.self)
        )
    }

    @inline(__always)
    mutating func skipDay() { position = Self.dayLength }

    @inline(__always)
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    @inline(__always)
    private mutating func digit() -> Int64? {
        guard position < text.count, case let value = text[position] &- UInt8(ascii: "0"), value < 10 else {
            return nil
        }
        position += 1
        return Int64(value)
    }

    /// Every message's time has six of these: the digits are looked at together.
    @inline(__always)
    mutating func digits(_ count: Int) -> Int64? {
        guard text.count - position >= count else { return nil }
        var value: Int64 = 0
        var areDigits = true
        for place in position..<(position + count) {
            let digit = text[place] &- UInt8(ascii: "0")
            areDigits = areDigits && digit < 10
            value = value &* 10 &+ Int64(digit)
        }
        position += count
        return areDigits ? value : nil
    }

    /// Four digits, or a sign and some more.
    mutating func anyYear() -> Int64? {
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return digits(4) }
        guard var value = digits(4) else { return nil }
        while value < 1_000_000, let next = digit() { value = value * 10 + next }
        return sign * value
    }

    /// At least one digit; the first three count, as milliseconds.
    mutating func fraction() -> Int64? {
        guard var value = digit() else { return nil }
        var places = 1
        while let next = digit() {
            if places < 3 { value = value * 10 + next }
            places += 1
        }
        while places < 3 {
            value *= 10
            places += 1
        }
        return value
    }

    /// What follows the year in a date, and the `T` behind it.
    ///
    /// - Returns: the day, counted from 1970-01-01.
    mutating func day(of year: Int64) -> Int64? {
        guard skip("-"), let month = digits(2), skip("-"), let day = digits(2), skip("T") || skip("t") || skip(" ")
        else { return nil }
        guard 1...12 ~= month, 1...Calendar.days(inMonth: month, of: year) ~= day else { return nil }
        return Calendar.daysSince1970(year, month, day)
    }

    /// The time of day and the offset, and nothing behind them.
    ///
    /// - Returns: milliseconds since 1970.
    @inline(__always)
    mutating func time(on day: Int64) -> Int64? {
        guard let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2) else {
            return nil
        }
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        var milliseconds: Int64 = 0
        if skip(".") || skip(",") {
            guard let fraction = fraction() else { return nil }
            milliseconds = fraction
        }
        guard let offset = offsetInMinutes(), isAtEnd else { return nil }
        let seconds = day * 86_400 + hour * 3600 + (minute - offset) * 60 + second
        if second == 60 && (seconds % 86_400 != 0) { return nil }
        return seconds * 1000 + milliseconds
    }

    mutating func offsetInMinutes() -> Int64? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = digits(2), hours < 24 else { return nil }
        var minutes: Int64 = 0
        if !isAtEnd {
            _ = skip(":")
            guard let written = digits(2), written < 60 else { return nil }
            minutes = written
        }
        return sign * (hours * 60 + minutes)
    }
}

// MARK: Writing

/// The texts of the last minutes, kept from one time to the next: most times in a row fall into the same minute or, around the
/// end of a window, into one beside it.
public struct MinuteTexts: Sendable {
    private var even = MinuteText()
    private var odd = MinuteText()

    public init() {}

    @inline(__always)
    mutating func write(_ minute: Int64, to bytes: inout ByteWriter) {
        if minute & 1 == 0 { even.write(minute, to: &bytes) } else { odd.write(minute, to: &bytes) }
    }
}

/// The text of one minute, `2025-01-23T14:30:`. Finding its date is the expensive part.
private struct MinuteText {
    /// Room for any year that an `Int64` of milliseconds can name; of fixed size, so that it is put down by three stores.
    private typealias Room = (UInt64, UInt64, UInt64)

    private var minute = Int64.min
    private var text: Room = (0, 0, 0)
    private var count = 0

    @inline(__always)
    mutating func write(_ wanted: Int64, to bytes: inout ByteWriter) {
        if wanted != minute { make(wanted) }
        bytes.append(text, count: count)
    }

    @inline(never)
    private mutating func make(_ wanted: Int64) {
        let (day, inDay) = wanted.floorDivided(by: 24 * 60)
        let (year, month, dayOfMonth) = Calendar.date(daysSince1970: day)
        var written: [UInt8] = []
        func digits(_ number: Int64, _ width: Int, then end: UInt8) {
            func digit(_ number: Int64, _ width: Int) {
                if number >= 10 || width > 1 { digit(number / 10, width - 1) }
                written.append(UInt8(ascii: "0") + UInt8(number % 10))
            }
            digit(number, width)
            written.append(end)
        }
        // Years outside 0000 to 9999 aren't RFC 3339; no message can be there, but a window's end may be. ISO 8601 has
        // them with a sign.
        if year < 0 { written.append(UInt8(ascii: "-")) } else if year > 9999 { written.append(UInt8(ascii: "+")) }
        digits(abs(year), 4, then: UInt8(ascii: "-"))
        digits(month, 2, then: UInt8(ascii: "-"))
        digits(dayOfMonth, 2, then: UInt8(ascii: "T"))
        digits(inDay / 60, 2, then: UInt8(ascii: ":"))
        digits(inDay % 60, 2, then: UInt8(ascii: ":"))
        withUnsafeMutableBytes(of: &text) { $0.copyBytes(from: written) }
        count = written.count
        minute = wanted
    }
}

extension Timestamp {
    /// Appends the time as `2025-01-23T14:30:00.000Z`.
    public func write(to bytes: inout ByteWriter, minutes texts: inout MinuteTexts) {
        let (minutes, inMinute) = milliseconds.floorDivided(by: 60_000)
        texts.write(minutes, to: &bytes)
        bytes.appendSecond(milliseconds: UInt32(inMinute))
    }

    /// Appends the time of day in UTC, `14:30:00`, with milliseconds only where there are any.
    public func writeClock(to bytes: inout ByteWriter) {
        let inDay = milliseconds.floorDivided(by: 86_400_000).remainder
        bytes.appendClock(milliseconds: UInt32(inDay), withFraction: inDay % 1000 != 0)
    }

    /// The time of day in UTC, `14:30:00`, with milliseconds only where there are any.
    public var clock: String { text { writeClock(to: &$0) } }

    private func text(_ write: (inout ByteWriter) -> Void) -> String {
        var bytes = ByteWriter()
        write(&bytes)
        return bytes.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension Timestamp: CustomStringConvertible {
    public var description: String {
        text {
            var minutes = MinuteTexts()
            write(to: &$0, minutes: &minutes)
        }
    }
}

extension Int64 {
    /// Division that rounds down, so that the remainder is never negative: what alignment to the epoch needs before 1970.
    @inline(__always)
    public func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
