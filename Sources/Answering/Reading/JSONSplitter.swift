/// Values of JSON out of text that has other things between them.

/// Cuts whole objects and arrays out of text that comes in pieces: one on a line, several in a row, or one laid out over many
/// lines. What stands outside of them isn't kept.
struct JSONSplitter {
    /// A longer value isn't a model server's, in bytes.
    static let largest = 8 << 20

    private var value: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Whether a value has begun and isn't whole.
    var isInside: Bool { depth > 0 }

    /// Takes more text.
    ///
    /// - Returns: the values that are whole now, and whether there was anything but white space outside of them.
    /// - Throws: ``ModelFailure`` for a value without end.
    mutating func append(_ text: some Sequence<UInt8>) throws(ModelFailure) -> (values: [[UInt8]], hasOther: Bool) {
        var values: [[UInt8]] = []
        var hasOther = false
        for byte in text {
            if depth == 0 && byte != UInt8(ascii: "{") && byte != UInt8(ascii: "[") {
                if byte > 0x20 { hasOther = true }
                continue
            }
            value.append(byte)
            count(byte)
            if depth == 0 {
                values.append(value)
                value.removeAll()
            }
        }
        guard value.count <= Self.largest else { throw .unreadable("a part of more than 8 MiB") }
        return (values, hasOther)
    }

    private mutating func count(_ byte: UInt8) {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
    }
}
