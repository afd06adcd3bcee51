/// What of an entry goes into figures, read from its line without reading the rest of it.
import Glibc

/// Status and times of an entry. A line may have megabytes, and thousands come in a second; they stand at its end. Lines are those
/// that records write, in which a quote inside a text is always escaped: no text looks like what is looked for.
struct EntryGlance: Equatable {
    var isGenerated = false
    /// In milliseconds; nil where there is none.
    var firstToken: Int?
    var total = 0

    /// nil when the line isn't an entry's.
    init?(line: UnsafeRawBufferPointer) {
        guard let timing = Self.last("\"timing\":{\"queued_ms\":", in: line) else { return nil }
        let behind = UnsafeRawBufferPointer(rebasing: line[timing...])
        firstToken = Self.number(behind: "\"first_token_ms\":", in: behind)
        guard let total = Self.number(behind: "\"total_ms\":", in: behind) else { return nil }
        self.total = total
        let before = UnsafeRawBufferPointer(rebasing: line[..<timing])
        if let response = Self.last("\"response\":{\"status\":", in: before) {
            isGenerated = before[response...].starts(with: Array("\"response\":{\"status\":\"generated\"".utf8))
        }
    }

    /// Where a text stands last.
    private static func last(_ text: StaticString, in line: UnsafeRawBufferPointer) -> Int? {
        text.withUTF8Buffer { text in
            stride(from: line.count - text.count, through: 0, by: -1).first { stands(text, at: $0, in: line) }
        }
    }

    private static func number(behind key: StaticString, in text: UnsafeRawBufferPointer) -> Int? {
        let found = key.withUTF8Buffer { key in
            (0..<max(0, text.count - key.count)).first { stands(key, at: $0, in: text) }.map { $0 + key.count }
        }
        guard let found else { return nil }
        let digits = text[found...].prefix(15).prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        return digits.isEmpty ? nil : digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Whether a text stands at a place, and ends before the line does.
    @inline(__always)
    private static func stands(
        _ text: UnsafeBufferPointer<UInt8>, at place: Int, in line: UnsafeRawBufferPointer
    ) -> Bool {
        guard line[place] == text[0], let start = line.baseAddress, let wanted = text.baseAddress else { return false }
        return memcmp(start + place, wanted, text.count) == 0
    }
}
