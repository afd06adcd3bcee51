/// Writes JSON straight into bytes.

/// Writes JSON on one line, without reflection or intermediate values: entries are written at the speed of the stream.
/// Control characters in strings, the C1 ones included, are written as `\u00xx`, so that a line of JSON on a terminal
/// can't drive it.
public struct JSONWriter: ~Copyable {
    private var bytes = ByteWriter()
    private var needsComma = false
    /// The day written last, since most times fall on the same one.
    private var day = DayText()
    /// The same for the times of records, which fall on another day than those inside.
    private var recordDay = DayText()

    public init() {}

    /// Forgets what was written and keeps the room.
    public mutating func clear() {
        bytes.clear()
        needsComma = false
    }

    /// Ends the line; what follows is a value of its own.
    public mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// How many bytes have been written.
    public var count: Int { bytes.count }

    /// Calls `body` with what was written, valid only for the call.
    public borrowing func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try bytes.withBytes(body)
    }

    /// What was written, as a value of its own; the writer is empty afterwards.
    public mutating func finish() -> SharedBytes {
        needsComma = false
        return bytes.finish()
    }

    /// What `body` writes.
    public static func bytes(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        body(&json)
        return json.withBytes { Array($0) }
    }

    // MARK: Structure

    @inline(__always)
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    @inline(__always)
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes JSON as it stands: what is the same in every record is written in one piece. What follows is written
    /// without a comma.
    @inline(__always)
    mutating func verbatim(_ json: StaticString) {
        bytes.append(json)
        needsComma = false
    }

    /// Writes an element that `body` writes whole, brackets included.
    @inline(__always)
    mutating func element(_ body: (inout JSONWriter) -> Void) {
        comma()
        needsComma = false
        body(&self)
        needsComma = true
    }

    @inline(__always)
    private mutating func open(_ bracket: UInt8) {
        comma()
        bytes.append(bracket)
        needsComma = false
    }

    @inline(__always)
    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    @inline(__always)
    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes a key; the value follows. Keys are the program's own and need no escaping.
    @inline(__always)
    public mutating func key(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(name)
        bytes.append("\":")
        needsComma = false
    }

    // MARK: Values

    @inline(__always)
    public mutating func value(_ number: some BinaryInteger) {
        comma()
        bytes.appendDecimal(number)
    }

    public mutating func value(_ flag: Bool) {
        comma()
        bytes.append(flag ? "true" : "false" as StaticString)
    }

    public mutating func null() {
        comma()
        bytes.append("null")
    }

    public mutating func value(_ time: Timestamp) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        time.write(to: &bytes, day: &day)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes the time at which a record is made.
    mutating func value(recordTime time: Timestamp) {
        swap(&day, &recordDay)
        value(time)
        swap(&day, &recordDay)
    }

    @inline(__always)
    public mutating func value(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(name)
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func value(_ text: String) {
        var text = text
        text.withUTF8 { value(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// Writes a string whose bytes are valid UTF-8.
    public mutating func value(utf8 text: UnsafeRawBufferPointer) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        var copied = 0
        while let index = Self.firstToEscape(text, from: copied) {
            bytes.append(UnsafeRawBufferPointer(rebasing: text[copied..<index]))
            copied = index + escape(text, at: index)
        }
        bytes.append(UnsafeRawBufferPointer(rebasing: text[copied...]))
        bytes.append(UInt8(ascii: "\""))
    }

    /// The next character that has to be escaped; looks at 8 bytes at a time where none is.
    private static func firstToEscape(_ text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < text.count {
            while index + 8 <= text.count, !isSuspect(EightBytes(text, at: index)) {
                index += 8
            }
            let end = min(index + 8, text.count)
            while index < end {
                if mustBeEscaped(text, at: index) { return index }
                index += 1
            }
        }
        return nil
    }

    /// Whether one of 8 bytes may have to be escaped: below 0x20, or one of `"`, `\`, DEL and C2.
    @inline(__always)
    private static func isSuspect(_ bytes: EightBytes) -> Bool {
        bytes.controls | bytes.matches(0x22) | bytes.matches(0x5C) | bytes.matches(0x7F) | bytes.matches(0xC2) != 0
    }

    @inline(__always)
    private static func mustBeEscaped(_ text: UnsafeRawBufferPointer, at index: Int) -> Bool {
        let byte = text[index]
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F { return true }
        // U+0080 to U+009F, the C1 controls, are C2 80 to C2 9F in UTF-8.
        return byte == 0xC2 && index + 1 < text.count && text[index + 1] < 0xA0
    }

    /// Writes one character escaped. Returns how many bytes it had.
    private mutating func escape(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
        bytes.append(UInt8(ascii: "\\"))
        switch text[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(text[index])
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0xC2:
            appendUnicode(text[index + 1])
            return 2
        default: appendUnicode(text[index])
        }
        return 1
    }

    private mutating func appendUnicode(_ value: UInt8) {
        func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10 }
        bytes.append("u00")
        bytes.append(hex(value >> 4))
        bytes.append(hex(value & 15))
    }
}

// MARK: Key and value at once

extension JSONWriter {
    @inline(__always)
    public mutating func field(_ name: StaticString, _ value: some BinaryInteger) {
        key(name)
        self.value(value)
    }

    public mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        self.value(value)
    }

    public mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        self.value(value)
    }

    @inline(__always)
    public mutating func field(_ name: StaticString, _ value: StaticString) {
        key(name)
        self.value(value)
    }

    public mutating func field(_ name: StaticString, _ value: Timestamp) {
        key(name)
        self.value(value)
    }

    /// `null` where there is no value: readers find every key in every entry.
    public mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    /// `null` where there is no value.
    public mutating func field(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }
}
