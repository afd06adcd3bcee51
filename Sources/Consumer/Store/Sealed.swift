/// Bytes in the store, with what shows that they are whole.
import Common
import Foundation

/// SQLite notices when its pages don't fit together, not when a bit in a value has changed. So each value that matters has
/// its checksum behind it.
extension Data {
    /// The bytes with their checksum.
    ///
    /// - Parameter key: where they belong; in another place they aren't valid.
    init(sealing bytes: UnsafeRawBufferPointer, key: Int64 = 0) {
        self.init(capacity: bytes.count + 8)
        append(contentsOf: bytes)
        let sum = Checksum.of(bytes, seed: UInt64(bitPattern: key)).littleEndian
        Swift.withUnsafeBytes(of: sum) { append(contentsOf: $0) }
    }

    init(sealing bytes: [UInt8], key: Int64 = 0) {
        self = bytes.withUnsafeBytes { Data(sealing: $0, key: key) }
    }

    /// What was sealed.
    ///
    /// - Throws: `DamagedBytes` when it isn't what it was.
    func unsealed(key: Int64 = 0) throws -> [UInt8] {
        try withUnsafeBytes { sealed in
            guard sealed.count >= 8 else { throw DamagedBytes() }
            let bytes = UnsafeRawBufferPointer(rebasing: sealed.dropLast(8))
            let sum = sealed.loadUnaligned(fromByteOffset: bytes.count, as: UInt64.self)
            guard UInt64(littleEndian: sum) == Checksum.of(bytes, seed: UInt64(bitPattern: key)) else {
                throw DamagedBytes()
            }
            return Array(bytes)
        }
    }
}
