/// JSON values as lines.
import Bytes

/// Puts each object on a line of its own, whether they stand in an array or in a row, on one line or laid out. What stands between
/// them and is neither white space, a comma nor the brackets of the array becomes a line, too: nothing is lost. Pure; nothing is
/// kept but where it is.
struct JSONRows {
    private var nesting = JSONNesting()
    /// In text between objects.
    private var isInOther = false

    /// Whether an object, or text between objects, has begun and isn't over.
    var isInside: Bool { nesting.depth > 0 || isInOther }

    /// - Returns: what is known of the lines now.
    mutating func process(_ text: some Sequence<UInt8>) -> [UInt8] {
        var lines: [UInt8] = []
        for byte in text {
            if nesting.depth == 0 {
                readBetween(byte, &lines)
            } else {
                // A line feed in a string isn't JSON, and elsewhere it is white space.
                lines.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte)
                nesting.count(byte)
                if nesting.depth == 0 { lines.append(0x0A) }
            }
        }
        return lines
    }

    /// There is no more.
    mutating func end() -> [UInt8] { isInside ? [0x0A] : [] }

    private mutating func readBetween(_ byte: UInt8, _ lines: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "{"):
            if isInOther { lines.append(0x0A) }
            isInOther = false
            lines.append(byte)
            nesting.count(byte)
        case 0...0x20, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"):
            if isInOther { lines.append(0x0A) }
            isInOther = false
        default:
            isInOther = true
            lines.append(byte)
        }
    }
}
