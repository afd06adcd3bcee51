/// What a record keeps of a long line.
import Records
import Testing

@Suite("A line as a record keeps it", .timeLimit(.minutes(5)))
struct KeptLineTests {
    private func kept(_ line: [UInt8], limit: Int) -> KeptLine {
        line.withUnsafeBytes { KeptLine($0, limit: limit) }
    }

    @Test("A line up to the limit is kept whole, and nothing is said of it")
    func whole() {
        for text in ["", "a", "12345678", "äöü12"] {
            #expect(kept(Array(text.utf8), limit: 8) == KeptLine(text: text))
        }
    }

    @Test(
        "A longer one is cut between two characters, and that is said",
        arguments: [
            ("123456789", "12345678", 8), ("1234567é0", "1234567", 7), ("123456é0", "123456é", 8),
            ("123456€0", "123456", 6), ("12345😀0", "12345", 5), ("1234😀0", "1234😀", 8), ("1234567😀", "1234567", 7),
        ])
    func cut(_ line: String, _ text: String, _ count: Int) {
        let size = line.utf8.count
        #expect(
            kept(Array(line.utf8), limit: 8) == KeptLine(text: text, note: " (the first \(count) of \(size) bytes)"))
    }

    @Test("Bytes that are no characters are cut as well, near the limit")
    func noCharacters() {
        for byte in [0x80, 0xBF, 0xFF, 0xF0] as [UInt8] {
            let line = kept([UInt8](repeating: byte, count: 100), limit: 8)
            #expect(line.text.unicodeScalars.allSatisfy { $0 == "\u{FFFD}" })
            #expect(5...8 ~= line.text.unicodeScalars.count)
            #expect(line.note.hasSuffix("of 100 bytes)"))
        }
    }

    @Test("A record of a line that was cut says so behind its reason")
    func note() {
        let line = kept(Array("123456789".utf8), limit: 8)
        let record = SetAside(.late, stream: "s", sequence: 1, sessionID: "a", line: line, reason: "late")
        #expect(record.line == "12345678")
        #expect(record.reason == "late (the first 8 of 9 bytes)")
    }
}
