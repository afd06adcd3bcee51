/// UTF-16 as UTF-8.

/// Decodes text that comes in pieces. Pure.
struct TextDecoder {
    private let encoding: InputForm.Encoding
    /// Bytes that begin a character and don't end it yet.
    private var begun: [UInt8] = []

    init(_ encoding: InputForm.Encoding) { self.encoding = encoding }

    /// - Returns: the text as UTF-8; halves of surrogate pairs become U+FFFD.
    mutating func decode(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard encoding != .utf8 else { return Array(bytes) }
        begun += bytes
        var units: [UInt16] = []
        units.reserveCapacity(begun.count / 2)
        for index in stride(from: 0, to: begun.count - 1, by: 2) {
            let (first, second) = (UInt16(begun[index]), UInt16(begun[index + 1]))
            units.append(encoding == .utf16BigEndian ? first << 8 | second : second << 8 | first)
        }
        // The other half may come with the next piece.
        if let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
        begun.removeFirst(units.count * 2)
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// There is no more: what has begun and has no end is U+FFFD.
    mutating func end() -> [UInt8] {
        defer { begun = [] }
        return begun.isEmpty ? [] : Array("\u{FFFD}".utf8)
    }
}
