/// How much there is to be read.

/// What lines of JSON consist of, counted without reading them: to read one takes room for each of its values. Pure.
public struct JSONShape: Hashable, Sendable {
    public private(set) var lines = 1
    /// Commas outside of strings: fewer than there are values.
    public private(set) var commas = 0

    public init(lines bytes: UnsafeRawBufferPointer) {
        var isInString = false
        var isEscaped = false
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"):
                lines += 1
                isInString = false
                isEscaped = false
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = isInString
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: ",") where !isInString: commas += 1
            default: break
            }
        }
    }
}
