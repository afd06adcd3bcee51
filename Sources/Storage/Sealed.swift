/// Bytes in the store, with what shows that they are whole.
import Bytes
import Foundation

extension Data {
    /// Calls `body` with the bytes as a value for SQLite, without copying them, and their checksum. Valid only for the call.
    package static func withoutCopy(
        of bytes: UnsafeRawBufferPointer, key: Int64, _ body: (Data, _ sum: Int64) throws -> Void
    ) rethrows {
        let sum = Int64(bitPattern: Checksum.of(bytes, seed: UInt64(bitPattern: key)))
        guard let start = bytes.baseAddress else { return try body(Data(), sum) }
        try body(
            Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count, deallocator: .none), sum)
    }

    /// - Throws: `DamagedBytes` when the bytes aren't those of the checksum.
    package func check(_ sum: Int64, key: Int64) throws {
        let own = withUnsafeBytes { Checksum.of($0, seed: UInt64(bitPattern: key)) }
        guard Int64(bitPattern: own) == sum else { throw DamagedBytes() }
    }
}

/// SQLite notices when its pages don't fit together, not when a bit in a value has changed. So each value that matters has
/// its checksum behind it.
extension Data {
    /// The bytes with their checksum.
    ///
    /// - Parameter key: where they belong; in another place they aren't valid.
    package init(sealing bytes: UnsafeRawBufferPointer, key: Int64 = 0) {
        self.init(capacity: bytes.count + 8)
        append(contentsOf: bytes)
        let sum = Checksum.of(bytes, seed: UInt64(bitPattern: key)).littleEndian
        Swift.withUnsafeBytes(of: sum) { append(contentsOf: $0) }
    }

    package init(sealing bytes: [UInt8], key: Int64 = 0) {
        self = bytes.withUnsafeBytes { Data(sealing: $0, key: key) }
    }

    /// What was sealed.
    ///
    /// - Throws: `DamagedBytes` when it isn't what it was.
    package func unsealed(key: Int64 = 0) throws -> [UInt8] { try withUnsealed(key: key) { Array($0) } }

    /// Calls `body` with what was sealed, valid only for the call.
    ///
    /// - Throws: `DamagedBytes` when it isn't what it was; what `body` throws.
    package func withUnsealed<R>(key: Int64, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        try withUnsafeBytes { sealed in
            guard sealed.count >= 8 else { throw DamagedBytes() }
            let bytes = UnsafeRawBufferPointer(rebasing: sealed.dropLast(8))
            let sum = sealed.loadUnaligned(fromByteOffset: bytes.count, as: UInt64.self)
            guard UInt64(littleEndian: sum) == Checksum.of(bytes, seed: UInt64(bitPattern: key)) else {
                throw DamagedBytes()
            }
            return try body(bytes)
        }
    }
}
