/// A string's bytes without a copy of the string.

extension String {
    /// Calls `body` with the string's bytes in UTF-8, valid only for the call. `withUTF8` may change the string, and so would want one
    /// of its own: an owner more for each field of each record.
    @inlinable
    @inline(__always)
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        if let result = try utf8.withContiguousStorageIfAvailable({ try body(UnsafeRawBufferPointer($0)) }) {
            return result
        }
        var text = self
        return try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
    }
}
