/// Text of other encodings as UTF-8.

/// Decodes text that comes in pieces. Pure.
struct TextDecoder {
    private enum Kind { case utf8, utf16(isBig: Bool), utf8OrWindows, windows }

    private var kind: Kind
    /// Bytes that begin a character and don't end it yet.
    private var begun: [UInt8] = []

    /// - Parameter mayBeWindows: nothing says that it is UTF-8. If the first character beyond ASCII isn't, the text is taken for
    ///   Windows-1252, as spreadsheets in Western Europe write it.
    init(_ encoding: InputForm.Encoding, mayBeWindows: Bool = false) {
        switch encoding {
        case .utf8: kind = mayBeWindows ? .utf8OrWindows : .utf8
        case .utf16LittleEndian: kind = .utf16(isBig: false)
        case .utf16BigEndian: kind = .utf16(isBig: true)
        }
    }

    /// - Returns: the text as UTF-8; halves of surrogate pairs become U+FFFD.
    mutating func decode(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        switch kind {
        case .utf8: return Array(bytes)
        case .windows: return Self.fromWindows(bytes)
        case .utf8OrWindows:
            begun += bytes
            decide(isEnd: false)
            // As long as it isn't known it is kept: a few bytes at most behind what is ASCII.
            if case .utf8OrWindows = kind {
                let plain = begun.prefix { $0 < 0x80 }
                begun.removeFirst(plain.count)
                return Array(plain)
            }
            defer { begun = [] }
            return begun.withUnsafeBytes { decode($0) }
        case .utf16(let isBig): return decodeWide(bytes, isBig)
        }
    }

    /// There is no more: what has begun and has no end is U+FFFD.
    mutating func end() -> [UInt8] {
        defer { begun = [] }
        if case .utf8OrWindows = kind {
            decide(isEnd: true)
            return begun.withUnsafeBytes { decode($0) }
        }
        return begun.isEmpty ? [] : Array("\u{FFFD}".utf8)
    }

    private mutating func decodeWide(_ bytes: UnsafeRawBufferPointer, _ isBig: Bool) -> [UInt8] {
        begun += bytes
        var units: [UInt16] = []
        units.reserveCapacity(begun.count / 2)
        for index in stride(from: 0, to: begun.count - 1, by: 2) {
            let (first, second) = (UInt16(begun[index]), UInt16(begun[index + 1]))
            units.append(isBig ? first << 8 | second : second << 8 | first)
        }
        // The other half may come with the next piece.
        if let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
        begun.removeFirst(units.count * 2)
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    // MARK: Windows

    /// The first character beyond ASCII tells.
    private mutating func decide(isEnd: Bool) {
        guard let first = begun.firstIndex(where: { $0 >= 0x80 }) else {
            if isEnd { kind = .utf8 }
            return
        }
        let length = begun[first].leadingOnes
        let character = begun[first...].prefix(max(1, length))
        // All of it has to be there, or what makes it none.
        let isWhole = character.count == max(1, length) || character.dropFirst().contains { $0 & 0xC0 != 0x80 } || isEnd
        guard isWhole else { return }
        kind = String(validating: character, as: UTF8.self) == nil ? .windows : .utf8
    }

    /// What stands at 0x80 and behind; the rest is as in Unicode. Five places are empty
    /// (https://encoding.spec.whatwg.org/#windows-1252).
    private static let special: [Unicode.Scalar] = Array(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)

    private static func fromWindows(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var text = String.UnicodeScalarView()
        for byte in bytes {
            text.append(0x80...0x9F ~= byte ? special[Int(byte) - 0x80] : Unicode.Scalar(byte))
        }
        return Array(String(text).utf8)
    }
}

extension UInt8 {
    fileprivate var leadingOnes: Int { (~self).leadingZeroBitCount }
}
