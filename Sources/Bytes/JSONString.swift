/// Strings as JSON has them.

extension ByteWriter {
    /// How many bytes ``append(quoted:)`` makes of a string, without the quotes.
    public static func quotedSize(_ text: UnsafeRawBufferPointer) -> Int {
        var size = text.count
        var previous: UInt8 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x09, 0x0A, 0x0D: size += 1
            case 0..<0x20, 0x7F: size += 5
            // U+0080 to U+009F, two bytes each.
            case 0x80..<0xA0 where previous == 0xC2: size += 4
            default: break
            }
            previous = byte
        }
        return size
    }
}

extension ByteWriter {
    /// Appends a string, whose bytes are valid UTF-8, in quotes. Control characters, the C1 ones included, are written as
    /// `\u00xx`, so that a line of JSON on a terminal can't drive it.
    public mutating func append(quoted text: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        var copied = appendPlain(text)
        while copied < text.count {
            copied += escape(text, at: copied)
            copied += appendPlain(UnsafeRawBufferPointer(rebasing: text[copied...]))
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends text as far as it stands in a JSON string as it is, and returns how many bytes that is.
    private mutating func appendPlain(_ text: UnsafeRawBufferPointer) -> Int {
        var done = 0
        while done + 8 <= text.count, !Self.mayNeedEscape(text.loadUnaligned(fromByteOffset: done, as: UInt64.self)) {
            done += 8
        }
        while done < text.count, !Self.mayNeedEscape(text[done]) { done += 1 }
        append(UnsafeRawBufferPointer(rebasing: text[..<done]))
        return done
    }

    /// Control characters, `"`, `\` and DEL; and 0xC2, which may begin a control character of two bytes.
    private static func mayNeedEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F || byte == 0xC2
    }

    /// Whether that is so of any of eight bytes
    /// (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord, #HasLessInWord).
    @inline(__always)
    private static func mayNeedEscape(_ bytes: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        func has(_ byte: UInt8) -> UInt64 {
            let other = bytes ^ ones &* UInt64(byte)
            return (other &- ones) & ~other
        }
        let low = (bytes &- ones &* 0x20) & ~bytes
        return (low | has(UInt8(ascii: "\"")) | has(UInt8(ascii: "\\")) | has(0x7F) | has(0xC2)) & ones << 7 != 0
    }

    /// Writes one character that may have to be escaped. Returns how many bytes of it have been dealt with.
    private mutating func escape(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
        let byte = text[index]
        if byte == 0xC2 {
            // U+0080 to U+009F, the C1 controls, are C2 80 to C2 9F in UTF-8.
            guard index + 1 < text.count, text[index + 1] < 0xA0 else {
                append(byte)
                return 1
            }
            append("\\u00")
            appendHex(text[index + 1])
            return 2
        }
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        default:
            append("u00")
            appendHex(byte)
        }
        return 1
    }

    private mutating func appendHex(_ value: UInt8) {
        func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10 }
        append(hex(value >> 4))
        append(hex(value & 15))
    }
}
