/// Where in a JSON text one is.

/// How deep in objects and arrays a text has come, byte by byte: enough to find where a value ends without reading it.
public struct JSONNesting: Sendable {
    public private(set) var depth = 0
    private var isInString = false
    private var isEscaped = false

    public init() {}

    /// Takes the next byte.
    public mutating func count(_ byte: UInt8) {
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
