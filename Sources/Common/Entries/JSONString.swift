/// Strings as JSON has them.

extension ByteWriter {
    /// Appends a string, whose bytes are valid UTF-8, in quotes. Control characters, the C1 ones included, are written as
    /// `\u00xx`, so that a line of JSON on a terminal can't drive it.
    mutating func append(quoted text: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        var copied = 0
        while let index = Self.firstToEscape(text, from: copied) {
            append(UnsafeRawBufferPointer(rebasing: text[copied..<index]))
            copied = index + escape(text, at: index)
        }
        append(UnsafeRawBufferPointer(rebasing: text[copied...]))
        append(UInt8(ascii: "\""))
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
        // Most texts are ASCII, and asking that is half the work.
        if bytes.arePrintableASCII(butFor: 0x22, 0x5C) { return false }
        return bytes.controls | bytes.matches(0x22) | bytes.matches(0x5C) | bytes.matches(0x7F) | bytes.matches(0xC2)
            != 0
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
        append(UInt8(ascii: "\\"))
        switch text[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(text[index])
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0xC2:
            appendUnicode(text[index + 1])
            return 2
        default: appendUnicode(text[index])
        }
        return 1
    }

    private mutating func appendUnicode(_ value: UInt8) {
        func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10 }
        append("u00")
        append(hex(value >> 4))
        append(hex(value & 15))
    }
}
