/// Which texts are moments, and which moments.
import Chat
import Testing

@Suite("Reading a timestamp", .timeLimit(.minutes(5)))
struct TimestampReadingTests {
    static let accepted: [(text: String, milliseconds: Int64)] = [
        // Zones.
        ("2025-01-23T14:30:00Z", 1_737_642_600_000),
        ("2025-01-23T14:30:00z", 1_737_642_600_000),
        ("2025-01-23T14:30:00", 1_737_642_600_000),
        ("2025-01-23T14:30:00+01", 1_737_639_000_000),
        ("2025-01-23T14:30:00+0100", 1_737_639_000_000),
        ("2025-01-23T14:30:00+01:00", 1_737_639_000_000),
        ("2025-01-23T14:30:00+05:30", 1_737_622_800_000),
        ("2025-01-23T09:00:00-05:30", 1_737_642_600_000),
        ("2025-01-23T09:00:00-0530", 1_737_642_600_000),
        ("2025-01-23T13:30:00-01", 1_737_642_600_000),
        ("2025-01-23T14:30:00+00:00", 1_737_642_600_000),
        ("2025-01-23T14:30:00-00:00", 1_737_642_600_000),
        ("2025-01-24T14:29:00+23:59", 1_737_642_600_000),
        ("2025-01-22T14:31:00-23:59", 1_737_642_600_000),
        ("2025-01-24T00:30:00+10:00", 1_737_642_600_000),
        // What stands between day and hour.
        ("2025-01-23t14:30:00Z", 1_737_642_600_000),
        ("2025-01-23 14:30:00Z", 1_737_642_600_000),
        ("2025-01-23 14:30:00", 1_737_642_600_000),
        // Fractions, cut to the millisecond.
        ("2025-01-23T14:30:00.1Z", 1_737_642_600_100),
        ("2025-01-23T14:30:00.12Z", 1_737_642_600_120),
        ("2025-01-23T14:30:00.123Z", 1_737_642_600_123),
        ("2025-01-23T14:30:00.1234Z", 1_737_642_600_123),
        ("2025-01-23T14:30:00.12345Z", 1_737_642_600_123),
        ("2025-01-23T14:30:00.123456Z", 1_737_642_600_123),
        ("2025-01-23T14:30:00.1234567Z", 1_737_642_600_123),
        ("2025-01-23T14:30:00.12345678Z", 1_737_642_600_123),
        ("2025-01-23T14:30:00.123456789Z", 1_737_642_600_123),
        ("2025-01-23T14:30:00.999999999Z", 1_737_642_600_999),
        ("2025-01-23T14:30:00.000999Z", 1_737_642_600_000),
        ("2025-01-23T14:30:00.001Z", 1_737_642_600_001),
        ("2025-01-23T14:30:00,25Z", 1_737_642_600_250),
        ("2025-01-23T14:30:00.25", 1_737_642_600_250),
        ("2025-01-23T14:30:00,5+01:00", 1_737_639_000_500),
        // Leap days.
        ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ("2000-02-29T00:00:00Z", 951_782_400_000),
        ("2400-02-29T00:00:00Z", 13_574_563_200_000),
        ("1972-02-29T00:00:00Z", 68_169_600_000),
        ("1600-02-29T00:00:00Z", -11_670_998_400_000),
        ("0000-02-29T00:00:00Z", -62_162_121_600_000),
        // Leap seconds: the second after.
        ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ("2017-01-01T00:59:60+01:00", 1_483_228_800_000),
        ("2016-12-31T18:59:60-05:00", 1_483_228_800_000),
        ("2017-01-01T05:29:60+0530", 1_483_228_800_000),
        ("2016-12-31T23:59:60.5Z", 1_483_228_800_500),
        ("1969-12-31T23:59:60Z", 0),
        // Far away.
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("1969-12-31T23:59:59Z", -1000),
        ("1970-01-01T00:00:00+01:00", -3_600_000),
        ("1900-02-28T00:00:00Z", -2_203_977_600_000),
        ("1900-03-01T00:00:00Z", -2_203_891_200_000),
        ("1582-10-15T00:00:00Z", -12_219_292_800_000),
        ("2038-01-19T03:14:08Z", 2_147_483_648_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ("0000-01-01T01:00:00+01:00", -62_167_219_200_000),
        ("9999-12-31T22:59:59.999-01:00", 253_402_300_799_999),
        ("2025-01-23T00:00:00Z", 1_737_590_400_000),
        ("2025-01-23T23:59:59Z", 1_737_676_799_000),
    ]

    @Test("A form that ISO 8601 and RFC 3339 know is read as the moment it means", arguments: accepted)
    func reads(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test("What was read before makes no difference", arguments: ["2025-01-23T14:30:00Z", "2025-02-30T00:00:00Z", "x"])
    func afterAnother(_ earlier: String) {
        let others = ["2025-01-24T14:30:00Z", "2025-01-2", "2025-01-23T24:00:01Z", "2025-01-33T00:00:00Z"]
        for text in Self.accepted.map(\.text) + others {
            let decoder = MessageDecoder()
            _ = decoder.decode(InputLine(timestamp: "\"\(earlier)\"").text)
            for _ in 1...2 {
                let time = try? decoder.decode(InputLine(timestamp: "\"\(text)\"").text).get().timestamp
                #expect(time == Timestamp(text), "\(text)")
            }
        }
    }

    @Test("Before the first day has been read, zero bytes aren't one")
    func zeros() {
        let zeros = String(repeating: "\\u0000", count: 11)
        let time = try? MessageDecoder().decode(InputLine(timestamp: "\"\(zeros)14:30:00Z\"").text).get().timestamp
        #expect(time == nil)
    }

    @Test("Of the beginnings of a timestamp, exactly those that are whole themselves are read")
    func beginnings() {
        let whole = "2025-01-23T14:30:00.250+01:00"
        let read = (0...whole.count).filter { Timestamp(String(whole.prefix($0))) != nil }
        // No zone; one, two and three digits of the fraction; hours of the offset; all.
        #expect(read == [19, 21, 22, 23, 26, 29])
    }

    @Test("Bytes are read like the string they make, and only as far as they are given")
    func bytes() {
        let text = Array("2025-01-23T14:30:00Z and more".utf8)
        let read = text.withUnsafeBytes { Timestamp(UnsafeRawBufferPointer(rebasing: $0[..<20])) }
        #expect(read == Timestamp(milliseconds: 1_737_642_600_000))
        #expect(Timestamp(UnsafeRawBufferPointer(start: nil, count: 0)) == nil)
    }
}
