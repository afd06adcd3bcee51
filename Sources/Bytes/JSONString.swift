/// Strings as JSON has them.

/// What is escaped in a string, beside what JSON wants.
public enum JSONEscapes: Sendable {
    /// Control characters. What was published like that is given out again like that.
    case controls
    /// All that could drive a terminal (``Swift/Unicode/Scalar/drivesTerminals``), so that a line of JSON can't.
    case terminalControls
}

extension String {
    /// As a JSON string, in quotes. Nothing in it can drive a terminal or end a line.
    public var quoted: String {
        var writer = ByteWriter()
        withBytes { writer.append(quoted: $0) }
        return writer.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension ByteWriter {
    /// Appends a string, whose bytes are valid UTF-8, in quotes.
    public mutating func append(quoted text: UnsafeRawBufferPointer, _ escapes: JSONEscapes = .terminalControls) {
        append(UInt8(ascii: "\""))
        var done = appendPlain(text, from: 0)
        while done < text.count {
            done += appendEscaped(text, at: done, escapes)
            done = appendPlain(text, from: done)
        }
        append(UInt8(ascii: "\""))
    }

    /// How many bytes ``append(quoted:)`` makes of a string, without the quotes.
    public static func quotedSize(_ text: UnsafeRawBufferPointer) -> Int {
        var size = 0
        var index = 0
        while index < text.count {
            let escape = Escape(text, at: index, .terminalControls)
            size += escape?.written ?? 1
            index += escape?.read ?? 1
        }
        return size
    }

    /// Appends text from a place on as far as it surely stands in a JSON string as it is. Returns where that ends.
    private mutating func appendPlain(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        let place = room(for: text.count - start)
        var done = start
        defer { advance(by: done - start) }
        guard text.count - start >= 8 else {
            while done < text.count, !text[done].isTerminalSuspect, !text[done].isJSONSyntax {
                place.storeBytes(of: text[done], toByteOffset: done - start, as: UInt8.self)
                done += 1
            }
            return done
        }
        while text.count - done >= 16 {
            let bytes = SixteenBytes(text, at: done)
            guard bytes.isPlainASCII else { break }
            place.storeBytes(of: bytes.words, toByteOffset: done - start, as: SIMD2<UInt64>.self)
            done += 16
        }
        while done < text.count {
            // The last word overlaps the one before.
            done = min(done, text.count - 8)
            let bytes = EightBytes(text, at: done)
            place.storeBytes(of: bytes.word.littleEndian, toByteOffset: done - start, as: UInt64.self)
            let suspects = bytes.jsonSuspects
            guard suspects == 0 else {
                done += suspects.trailingZeroBitCount / 8
                break
            }
            done += 8
        }
        return done
    }

    /// Appends one character that may have to be escaped, or its first byte where it needn't be. Returns how many bytes of it
    /// that was.
    private mutating func appendEscaped(
        _ text: UnsafeRawBufferPointer, at index: Int, _ escapes: JSONEscapes
    ) -> Int {
        guard let escape = Escape(text, at: index, escapes) else {
            append(text[index])
            return 1
        }
        append(UInt8(ascii: "\\"))
        if let letter = escape.letter {
            append(letter)
        } else {
            append(UInt8(ascii: "u"))
            for shift: UInt16 in [12, 8, 4, 0] { appendHex(UInt8(escape.value >> shift & 15)) }
        }
        return escape.read
    }

    private mutating func appendHex(_ digit: UInt8) {
        append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
}

/// A character that a JSON string has in another form.
private struct Escape {
    let value: UInt16
    /// How many bytes of the text it is.
    let read: Int

    /// Nil where the character stands as it is.
    init?(_ text: UnsafeRawBufferPointer, at index: Int, _ escapes: JSONEscapes) {
        if text[index].isJSONSyntax {
            (value, read) = (UInt16(text[index]), 1)
        } else if let control = text.terminalControl(at: index), escapes == .terminalControls || control.value < 0xA0 {
            (value, read) = control
        } else {
            return nil
        }
    }

    /// What stands behind the backslash where that is one letter.
    var letter: UInt8? {
        switch value {
        case 0x22, 0x5C: UInt8(value)
        case 0x0A: UInt8(ascii: "n")
        case 0x0D: UInt8(ascii: "r")
        case 0x09: UInt8(ascii: "t")
        default: nil
        }
    }

    /// How many bytes of JSON it becomes.
    var written: Int { letter == nil ? 6 : 2 }
}

extension UInt8 {
    /// Whether it means something to JSON in a string.
    fileprivate var isJSONSyntax: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\") }
}
