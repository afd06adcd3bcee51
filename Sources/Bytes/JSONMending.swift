/// JSON that is nearly right.

/// Text that is meant as JSON, with what costs readers the whole made into what was meant.
public enum JSONMending {
    public struct Mends: OptionSet, Sendable {
        public let rawValue: Int

        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Bytes that aren't UTF-8, and halves of surrogate pairs, become U+FFFD.
        public static let unicode = Mends(rawValue: 1)
        /// Control characters in strings become spaces.
        public static let controls = Mends(rawValue: 2)
        /// Numbers that aren't any (NaN, Infinity) become null.
        public static let numbers = Mends(rawValue: 4)
    }

    /// The text after some mends. What is wrong with it otherwise stays so.
    public static func mended(_ bytes: some Collection<UInt8>, _ mends: Mends) -> [UInt8] {
        let text = mends.contains(.unicode) ? Array(String(decoding: bytes, as: UTF8.self).utf8) : Array(bytes)
        var mended: [UInt8] = []
        mended.reserveCapacity(text.count)
        var rest = text[...]
        var isInString = false
        while let byte = rest.first {
            if isInString, byte == UInt8(ascii: "\\"), mends.contains(.unicode) {
                mended += escape(&rest)
            } else if isInString, byte == UInt8(ascii: "\\") {
                mended += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if !isInString, mends.contains(.numbers), let word = nonNumbers.first(where: rest.starts) {
                mended += "null".utf8
                rest = rest.dropFirst(word.count)
            } else {
                if byte == UInt8(ascii: "\"") { isInString.toggle() }
                mended.append(isInString && byte < 0x20 && mends.contains(.controls) ? UInt8(ascii: " ") : byte)
                rest = rest.dropFirst()
            }
        }
        return mended
    }

    private static let nonNumbers = ["NaN", "-Infinity", "Infinity"].map { Array($0.utf8) }

    /// Takes an escape sequence off the front and gives it back; U+FFFD for half a surrogate pair.
    private static func escape(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        func unit(_ text: ArraySlice<UInt8>) -> UInt16? {
            guard text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]), text.count >= 6 else { return nil }
            return UInt16(String(decoding: text.dropFirst(2).prefix(4), as: UTF8.self), radix: 16)
        }
        guard let first = unit(rest), UTF16.isSurrogate(first) else {
            defer { rest = rest.dropFirst(2) }
            return Array(rest.prefix(2))
        }
        if UTF16.isLeadSurrogate(first), let second = unit(rest.dropFirst(6)), UTF16.isTrailSurrogate(second) {
            defer { rest = rest.dropFirst(12) }
            return Array(rest.prefix(12))
        }
        rest = rest.dropFirst(6)
        return Array("\\ufffd".utf8)
    }
}
