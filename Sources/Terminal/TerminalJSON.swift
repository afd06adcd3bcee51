/// JSON that others have written, on a terminal.

/// Lines of JSON with control characters, the C1 ones included, as `\u00xx`. What our own programs publish has none; in a
/// string of somebody else's it means the same then, and elsewhere it wasn't JSON.
func terminalSafeJSON(_ text: [UInt8]) -> [UInt8] {
    var safe: [UInt8] = []
    safe.reserveCapacity(text.count)
    func escape(_ byte: UInt8) {
        let digits = String(byte, radix: 16)
        safe += Array("\\u00\(byte < 0x10 ? "0" : "")\(digits)".utf8)
    }
    var index = text.startIndex
    while index < text.endIndex {
        let byte = text[index]
        index += 1
        switch byte {
        case 0x0A: safe.append(byte)
        case ..<0x20, 0x7F: escape(byte)
        case 0xC2 where index < text.endIndex && 0x80..<0xA0 ~= text[index]:
            escape(text[index])
            index += 1
        // Such a byte by itself is no UTF-8; terminals that don't know any take it for a control character.
        case 0x80..<0xA0 where !isContinued(text, before: index - 1): escape(byte)
        default: safe.append(byte)
        }
    }
    return safe
}

/// Whether a byte belongs to a character that has begun before it.
private func isContinued(_ text: [UInt8], before index: Int) -> Bool {
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
