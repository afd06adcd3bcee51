/// Large pieces of content on their way through the program.

/// Bytes that don't change any more, shared by whoever needs them.
///
/// Batches of lines and blocks of records are some hundred kilobytes each, and hundreds a second are made at full speed.
/// From the system each would come as fresh pages, cleared by the kernel one by one; so their memory is used again.
public final class SharedBytes: Sendable {
    // Written before the value exists, never afterwards, and freed when nobody has it any more.
    nonisolated(unsafe) private let start: UnsafeMutableRawPointer
    /// The memory that it takes, in bytes.
    public let capacity: Int
    public let count: Int

    /// Takes over a buffer.
    init(start: UnsafeMutableRawPointer, capacity: Int, count: Int) {
        self.start = start
        self.capacity = capacity
        self.count = count
    }

    /// Copies bytes.
    public convenience init(_ bytes: UnsafeRawBufferPointer) {
        let (start, capacity) = Buffers.acquire(max(1, bytes.count))
        if let source = bytes.baseAddress { start.copyMemory(from: source, byteCount: bytes.count) }
        self.init(start: start, capacity: capacity, count: bytes.count)
    }

    /// Copies bytes.
    public static func copy(of bytes: [UInt8]) -> SharedBytes { bytes.withUnsafeBytes { SharedBytes($0) } }

    deinit { Buffers.giveBack(start, capacity) }

    /// Calls `body` with the bytes, valid only for the call.
    @inline(__always)
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }
}
