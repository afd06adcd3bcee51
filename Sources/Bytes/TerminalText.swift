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
        var text = text
        text.withUTF8 { append(terminalSafe: UnsafeRawBufferPointer($0)) }
    }

    /// Appends text, valid UTF-8, as ``Swift/String/terminalSafe`` makes it.
    public mutating func append(terminalSafe text: UnsafeRawBufferPointer) {
        if Self.isSafe(text) {
            append(text)
        } else {
            append(String(decoding: text, as: UTF8.self).terminalSafe)
        }
    }

    /// Whether nothing in the text can have to be escaped. All that has is a C0 control or DEL, or begins with C2, D8 or
    /// E2; most texts have none of these.
    private static func isSafe(_ text: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index + 8 <= text.count {
            let bytes = EightBytes(text, at: index)
            let suspects =
                bytes.controls | bytes.matches(0x7F) | bytes.matches(0xC2) | bytes.matches(0xD8) | bytes.matches(0xE2)
            if suspects != 0 { return false }
            index += 8
        }
        return !text[index...].contains { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xD8 || $0 == 0xE2 }
    }
}
