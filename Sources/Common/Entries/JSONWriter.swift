/// Writes JSON straight into a byte buffer.

/// Appends JSON to bytes, one line, no reflection and no intermediate values: entries are written at the speed of the
/// stream. Strings leave out nothing: control characters, C1 ones included, are written as `\u00xx`, so that a line of
/// JSON on a terminal can't drive it.
public struct JSONWriter {
    private var bytes: [UInt8] = []
    private var needsComma = false

    private init() {}

    /// Appends what `body` writes to `bytes`.
    public static func append(to bytes: inout [UInt8], _ body: (inout JSONWriter) -> Void) {
        var json = JSONWriter()
        // Swapped in and out, not copied: the buffer has one owner all the time.
        swap(&json.bytes, &bytes)
        body(&json)
        swap(&json.bytes, &bytes)
    }

    // MARK: Structure

    public mutating func object(_ body: (inout JSONWriter) -> Void) { nest("{", "}", body) }

    public mutating func array(_ body: (inout JSONWriter) -> Void) { nest("[", "]", body) }

    private mutating func nest(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
        comma()
        bytes.append(UInt8(ascii: open))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes a key; the value follows. Keys are the program's own and need no escaping.
    public mutating func key(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    public mutating func value(_ number: some BinaryInteger) {
        comma()
        bytes.appendDecimal(number)
    }

    public mutating func value(_ flag: Bool) {
        comma()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    public mutating func null() {
        comma()
        bytes.append(contentsOf: "null".utf8)
    }

    public mutating func value(_ time: Timestamp) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        time.write(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func value(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
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
        for index in text.indices where Self.mustBeEscaped(text, at: index) {
            bytes.append(contentsOf: text[copied..<index])
            copied = index + 1
            escape(text, at: index, copied: &copied)
        }
        bytes.append(contentsOf: text[copied...])
        bytes.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private static func mustBeEscaped(_ text: UnsafeRawBufferPointer, at index: Int) -> Bool {
        let byte = text[index]
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F { return true }
        // U+0080 to U+009F, the C1 controls, are C2 80 to C2 9F in UTF-8.
        return byte == 0xC2 && index + 1 < text.count && text[index + 1] < 0xA0
    }

    private mutating func escape(_ text: UnsafeRawBufferPointer, at index: Int, copied: inout Int) {
        bytes.append(UInt8(ascii: "\\"))
        switch text[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(text[index])
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0xC2:
            appendUnicode(text[index + 1])
            copied = index + 2
        default: appendUnicode(text[index])
        }
    }

    private mutating func appendUnicode(_ value: UInt8) {
        func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10 }
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(hex(value >> 4))
        bytes.append(hex(value & 15))
    }
}

// MARK: Key and value at once

extension JSONWriter {
    public mutating func field(_ name: StaticString, _ value: some BinaryInteger) { key(name); self.value(value) }
    public mutating func field(_ name: StaticString, _ value: Bool) { key(name); self.value(value) }
    public mutating func field(_ name: StaticString, _ value: String) { key(name); self.value(value) }
    public mutating func field(_ name: StaticString, _ value: StaticString) { key(name); self.value(value) }
    public mutating func field(_ name: StaticString, _ value: Timestamp) { key(name); self.value(value) }

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

extension [UInt8] {
    /// Appends a number in decimal digits.
    public mutating func appendDecimal(_ number: some BinaryInteger) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = UInt64(number.magnitude)
        if rest == 0 { return append(UInt8(ascii: "0")) }
        let start = count
        while rest > 0 {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        self[start...].reverse()
    }
}
