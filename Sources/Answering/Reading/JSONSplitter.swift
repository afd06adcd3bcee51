/// Values of JSON out of text that has other things between them.
import Bytes

/// Cuts whole objects and arrays out of text that comes in pieces: one on a line, several in a row, or one laid out over many
/// lines. What stands outside of them isn't kept.
struct JSONSplitter {
    /// A longer value isn't a model server's, in bytes.
    static let largest = 8 << 20

    private var value: [UInt8] = []
    private var nesting = JSONNesting()

    /// Whether a value has begun and isn't whole.
    var isInside: Bool { nesting.depth > 0 }

    /// Takes more text.
    ///
    /// - Returns: the values that are whole now, and whether there was anything but white space outside of them.
    /// - Throws: ``ModelFailure`` for a value without end.
    mutating func append(_ text: some Sequence<UInt8>) throws(ModelFailure) -> (values: [[UInt8]], hasOther: Bool) {
        var values: [[UInt8]] = []
        var hasOther = false
        for byte in text {
            if nesting.depth == 0 && byte != UInt8(ascii: "{") && byte != UInt8(ascii: "[") {
                if byte > 0x20 { hasOther = true }
                continue
            }
            value.append(byte)
            nesting.count(byte)
            if nesting.depth == 0 {
                values.append(value)
                value.removeAll()
            }
        }
        guard value.count <= Self.largest else { throw .unreadable("a part of more than 8 MiB") }
        return (values, hasOther)
    }
}
