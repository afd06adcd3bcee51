/// A table as JSON lines.
import Bytes
import Chat

/// Makes each row of a CSV file (https://www.rfc-editor.org/rfc/rfc4180) an object whose fields have the names of the header. The
/// separator is whichever of comma, semicolon, tab and bar the header has. Pure.
struct CSVRows {
    /// A row with more bytes isn't one; it comes out in pieces that are no messages.
    private static let longestRow = 40 << 20

    private static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]

    /// So much behind quotes that nobody closes is read anew, in bytes; further rows of that kind pass as they are.
    private static let mostReread = 256 << 20

    private var header: [[UInt8]]?
    private var separator = UInt8(ascii: ",")
    private var row: [[UInt8]] = [[]]
    /// What is to be read anew, and how much has been.
    private var again: [UInt8] = []
    private var rereadBytes = 0
    /// The row as it stands in the file.
    private var written: [UInt8] = []
    private var size = 0
    private var isQuoted = false
    /// The last character was a quote within quotes: it ends them, or stands for one if another follows.
    private var mayEnd = false

    /// Whether a line may be a table's header: names with separators.
    ///
    /// - Parameter keys: what a message's fields are called, in small letters; one of them is among the names.
    static func isHeader(_ line: ArraySlice<UInt8>, keys: Set<String>) -> Bool {
        guard let separator = separator(of: line), !line.contains(UInt8(ascii: "{")) else { return false }
        let names = line.split(separator: separator).map {
            text(of: $0.filter { $0 != UInt8(ascii: "\"") }).lowercased()
        }
        return names.count >= 3 && Set(names).count == names.count
            && names.allSatisfy { !$0.isEmpty && $0.utf8.count <= 64 }
            && names.contains { keys.contains($0) || keys.contains(ownName(of: $0)) }
    }

    /// `sep=;`
    static func isSeparatorLine(_ line: ArraySlice<UInt8>) -> Bool { line.starts(with: "sep=".utf8) && line.count <= 5 }

    /// A name without the white space around it.
    private static func text(of name: some BidirectionalCollection<UInt8>) -> String {
        let start = name.drop { $0 <= 0x20 }
        let end = start.lastIndex { $0 > 0x20 }.map { start.index(after: $0) } ?? start.startIndex
        return String(decoding: start[..<end], as: UTF8.self)
    }

    /// People write in headers what they write on forms: `Session ID` and `SessionId` are `session_id`.
    private static func ownName(of name: String) -> String {
        let letters = name.lowercased().filter(\.isLetter)
        return FieldMapping().keys.first { $0.filter(\.isLetter) == letters } ?? name
    }

    /// Whether a column is a message's text.
    private static func says(_ name: [UInt8]) -> Bool {
        ["message", "text", "content", "body"].contains(String(decoding: name, as: UTF8.self).lowercased())
    }

    private static func separator(of line: ArraySlice<UInt8>) -> UInt8? {
        separators.max { a, b in
            line.count { $0 == a } < line.count { $0 == b }
        }.flatMap { line.contains($0) ? $0 : nil }
    }

    /// - Returns: the rows that are whole now, as lines of JSON.
    mutating func process(_ text: some Sequence<UInt8>) -> [UInt8] {
        var lines: [UInt8] = []
        for byte in text {
            process(byte, &lines)
            if !again.isEmpty { reread(&lines) }
        }
        return lines
    }

    /// Reads anew what stood behind a quote; in it there may be another such one.
    private mutating func reread(_ lines: inout [UInt8]) {
        while !again.isEmpty {
            let bytes = again
            again = []
            for (index, byte) in bytes.enumerated() {
                process(byte, &lines)
                guard again.isEmpty else {
                    again += bytes[(index + 1)...]
                    break
                }
            }
        }
    }

    /// There is no more: the last row may lack its end.
    ///
    /// A quote that is never closed has swallowed all rows behind it: its line passes as it is, and is no message then.
    mutating func end() -> [UInt8] {
        var lines: [UInt8] = []
        while isQuoted && !mayEnd, passBehindQuote(&lines) { reread(&lines) }
        if isQuoted && !mayEnd {
            lines += written + [0x0A]
        } else if size > 0 {
            endRow(&lines)
        }
        return lines
    }

    /// Passes on the line with a quote that isn't closed where it should be, and reads anew what stands behind it.
    ///
    /// - Returns: false where nothing stands behind it, or too much has been read anew.
    private mutating func passBehindQuote(_ lines: inout [UInt8]) -> Bool {
        guard rereadBytes < Self.mostReread, let lineBreak = written.firstIndex(where: { $0 == 0x0A || $0 == 0x0D })
        else {
            return false
        }
        again = Array(written[(lineBreak + 1)...])
        rereadBytes += again.count
        lines += written[..<lineBreak] + [0x0A]
        reset()
        return true
    }

    private mutating func reset() { (row, written, size, isQuoted, mayEnd) = ([[]], [], 0, false, false) }

    private mutating func process(_ byte: UInt8, _ lines: inout [UInt8]) {
        written.append(byte)
        if isQuoted && !mayEnd {
            if byte == UInt8(ascii: "\"") { mayEnd = true } else { append(byte) }
        } else if isQuoted && byte == UInt8(ascii: "\"") {
            mayEnd = false
            append(byte)
        } else if isQuoted, byte != separator, byte != 0x0A, byte != 0x0D, passBehindQuote(&lines) {
            // Behind the quote that ends a text nothing else can stand.
        } else if byte == 0x0A || byte == 0x0D {
            // Between a carriage return and a line feed there is no row.
            endRow(&lines)
        } else if header == nil ? Self.separators.contains(byte) : byte == separator {
            if header == nil { separator = byte }
            (isQuoted, mayEnd) = (false, false)
            row.append([])
            size += 1
        } else if byte == UInt8(ascii: "\"") && row[row.count - 1].isEmpty && !isQuoted {
            isQuoted = true
            size += 1
        } else {
            append(byte)
        }
        if size > Self.longestRow { endRow(&lines) }
    }

    private mutating func append(_ byte: UInt8) {
        row[row.count - 1].append(byte)
        size += 1
    }

    private mutating func endRow(_ lines: inout [UInt8]) {
        defer { reset() }
        guard row != [[]] else { return }
        guard let header else {
            // Excel says there which separator is meant.
            guard !Self.isSeparatorLine(row[0][...]) else { return }
            self.header = row.map { Array(Self.ownName(of: Self.text(of: $0)).utf8) }
            return
        }
        if row.count > header.count {
            // Whoever has written the table has forgotten quotes around what was said, if that stands last.
            guard header.last.map({ Self.says($0) }) == true else {
                lines += written.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 } + [0x0A]
                return
            }
            row[header.count - 1] = Array(row[(header.count - 1)...].joined(separator: [separator]))
        }
        var json = ByteWriter(capacity: size + 256)
        for (index, (name, value)) in zip(header, row).enumerated() {
            json.append(UInt8(ascii: index == 0 ? "{" : ","))
            json.append(quotedText: name)
            json.append(UInt8(ascii: ":"))
            json.append(quotedText: value)
        }
        json.append("}\n")
        json.withBytes { lines += $0 }
    }
}

extension ByteWriter {
    /// Appends text in quotes; bytes that aren't UTF-8 become U+FFFD.
    fileprivate mutating func append(quotedText text: [UInt8]) {
        String(decoding: text, as: UTF8.self).withBytes { append(quoted: $0) }
    }
}
