/// Numbers in JSON that readers with 64 bits refuse.

/// Finds the numbers in a text that is meant as JSON.
public enum JSONNumbers {
    /// The text with something else for each of its numbers.
    ///
    /// - Returns: nil where one of them isn't written as JSON wants it.
    public static func replaced(in text: [UInt8], with other: (ArraySlice<UInt8>) -> [UInt8]) -> [UInt8]? {
        var replaced: [UInt8] = []
        var rest = text[...]
        var isInString = false
        while let byte = rest.first {
            if isInString {
                let length = byte == UInt8(ascii: "\\") ? min(2, rest.count) : 1
                replaced += rest.prefix(length)
                rest = rest.dropFirst(length)
                if byte == UInt8(ascii: "\"") { isInString = false }
            } else if byte == UInt8(ascii: "-") || byte.isDigit {
                guard let length = length(of: rest) else { return nil }
                replaced += other(rest.prefix(length))
                rest = rest.dropFirst(length)
            } else {
                replaced.append(byte)
                rest = rest.dropFirst()
                if byte == UInt8(ascii: "\"") { isInString = true }
            }
        }
        return replaced
    }

    /// Whether a number has 64 bits at most if it is whole, and is finite otherwise.
    public static func fits(_ number: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: number, as: UTF8.self)
        return number.contains { ".eE".utf8.contains($0) }
            ? Double(text)?.isFinite == true : Int64(text) != nil || UInt64(text) != nil
    }

    /// How long the number is that the text begins with, by RFC 8259, section 6; nil where it isn't one, or runs into
    /// something that can't follow a number.
    private static func length(of text: ArraySlice<UInt8>) -> Int? {
        var rest = text
        func skip(_ characters: String) -> Bool {
            guard let byte = rest.first, characters.utf8.contains(byte) else { return false }
            rest = rest.dropFirst()
            return true
        }
        func digits() -> Int {
            let count = rest.prefix { $0.isDigit }.count
            rest = rest.dropFirst(count)
            return count
        }
        _ = skip("-")
        if !skip("0"), digits() == 0 { return nil }
        if skip("."), digits() == 0 { return nil }
        if skip("eE") {
            _ = skip("+-")
            if digits() == 0 { return nil }
        }
        if let next = rest.first, !" \t\r\n,]}".utf8.contains(next) { return nil }
        return text.count - rest.count
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
