/// Text from outside, made safe to print.

extension String {
    /// The text with everything escaped that could drive a terminal or a log (CWE-150): C0 and C1 control characters,
    /// DEL, line and paragraph separators, and the bidirectional overrides that make text look like what it isn't.
    ///
    /// Line feed, carriage return and tab become `\n`, `\r` and `\t`, the others `\u{…}`.
    public var terminalSafe: String {
        guard unicodeScalars.contains(where: \.drivesTerminals) else { return self }
        var safe = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": safe += "\\n"
            case "\r": safe += "\\r"
            case "\t": safe += "\\t"
            case _ where scalar.drivesTerminals: safe += "\\u{\(String(scalar.value, radix: 16))}"
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }
}

extension Unicode.Scalar {
    /// Whether it could drive a terminal or a log.
    public var drivesTerminals: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
        default: false
        }
    }
}

extension ByteWriter {
    /// Appends text as ``Swift/String/terminalSafe`` makes it.
    public mutating func append(terminalSafe text: String) {
        text.withBytes { append(terminalSafe: $0) }
    }

    /// Appends text, valid UTF-8, as ``Swift/String/terminalSafe`` makes it.
    public mutating func append(terminalSafe text: UnsafeRawBufferPointer) {
        if Self.isSafe(text) {
            append(text)
        } else {
            append(String(decoding: text, as: UTF8.self).terminalSafe)
        }
    }

    /// Whether nothing in the text can have to be escaped.
    private static func isSafe(_ text: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index + 8 <= text.count {
            if EightBytes(text, at: index).terminalSuspects != 0 { return false }
            index += 8
        }
        return !text[index...].contains(where: \.isTerminalSuspect)
    }
}

extension UInt8 {
    /// Whether it is, or begins, a character that can drive a terminal: all of those are C0 controls or DEL, or begin with
    /// one of three bytes. Most texts have none.
    var isTerminalSuspect: Bool { self < 0x20 || self == 0x7F || self == 0xC2 || self == 0xD8 || self == 0xE2 }
}

extension UnsafeRawBufferPointer {
    /// The character of UTF-8 at a place, where it is one that can drive a terminal, and how many bytes it takes.
    public func terminalControl(at index: Int) -> (value: UInt16, size: Int)? {
        guard self[index].isTerminalSuspect else { return nil }
        let size =
            switch self[index] {
            case 0xE2: 3
            case 0xC2, 0xD8: 2
            default: 1
            }
        guard index + size <= count else { return nil }
        // What leads says how many bits of it are the character's, and those behind it have six each.
        var value = UInt16(self[index]) & (size == 1 ? 0x7F : 0x3F >> UInt16(size - 1))
        for byte in self[(index + 1)..<(index + size)] {
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt16(byte & 0x3F)
        }
        return Unicode.Scalar(value)?.drivesTerminals == true ? (value, size) : nil
    }
}
