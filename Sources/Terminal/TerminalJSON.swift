/// JSON that others have written, on a terminal.
import Bytes

/// Lines of JSON with what could drive a terminal as `\u….`. What our own programs publish has none; in a string of
/// somebody else's it means the same then, and elsewhere it wasn't JSON.
func terminalSafeJSON(_ text: [UInt8]) -> [UInt8] {
    var safe: [UInt8] = []
    safe.reserveCapacity(text.count)
    text.withUnsafeBytes { text in
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte != UInt8(ascii: "\n"), let control = text.terminalControl(at: index) {
                safe += escape(control.value)
                index += control.size
                continue
            }
            // Such a byte by itself is no UTF-8; terminals that don't know any take it for a control character.
            if 0x80..<0xA0 ~= byte, !isContinued(text, before: index) {
                safe += escape(UInt16(byte))
            } else {
                safe.append(byte)
            }
            index += 1
        }
    }
    return safe
}

private func escape(_ value: UInt16) -> [UInt8] {
    let digits = String(value, radix: 16)
    return Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
}

/// Whether a byte belongs to a character that has begun before it.
private func isContinued(_ text: UnsafeRawBufferPointer, before index: Int) -> Bool {
    for distance in 1...3 where index - distance >= 0 {
        switch text[index - distance] {
        case 0x80..<0xC0: continue
        case 0xC2..<0xE0: return distance == 1
        case 0xE0..<0xF0: return distance <= 2
        case 0xF0..<0xF5: return distance <= 3
        default: return false
        }
    }
    return false
}
