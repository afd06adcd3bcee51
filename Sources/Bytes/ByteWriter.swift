/// A buffer that is written from front to back, and used again.

/// Bytes in a buffer of its own that grows. An array would check for other owners at each of the many small pieces a
/// record is made of; this one has none. What is written for each field of each record is inlined into other modules: a call
/// and, for numbers, a generic one would cost as much as the work itself.
public struct ByteWriter: ~Copyable {
    @usableFromInline var start: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    @usableFromInline var used = 0

    /// How many bytes have been written.
    @inlinable public var count: Int { used }

    /// - Parameter capacity: room to begin with, in bytes; it grows as needed.
    public init(capacity: Int = 4096) {
        (start, self.capacity) = Buffers.acquire(capacity)
    }

    deinit { Buffers.giveBack(start, capacity) }

    /// Forgets what was written and keeps the room.
    public mutating func clear() { used = 0 }

    /// Calls `body` with what was written, valid only for the call.
    public borrowing func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Makes room for `more` bytes and returns where they go; ``advance(by:)`` then takes them in.
    @inlinable
    @inline(__always)
    mutating func room(for more: Int) -> UnsafeMutableRawPointer {
        if count + more > capacity { grow(more) }
        return start + count
    }

    /// Takes in what was put down where ``room(for:)`` said.
    @inline(__always)
    mutating func advance(by more: Int) { used += more }

    @inline(never)
    @usableFromInline
    mutating func grow(_ more: Int) {
        let larger = Buffers.acquire(max(capacity * 2, count + more))
        larger.start.copyMemory(from: start, byteCount: count)
        Buffers.giveBack(start, capacity)
        (start, capacity) = larger
    }

    /// What was written, as a value of its own; the writer is empty afterwards.
    public mutating func finish() -> SharedBytes {
        defer { used = 0 }
        // Little in a large buffer is copied, and the buffer stays: it would be kept for nothing.
        guard count > capacity / 4 else { return withBytes { SharedBytes($0) } }
        let finished = SharedBytes(start: start, capacity: capacity, count: count)
        // What comes next is mostly as large, or somewhat larger.
        (start, capacity) = Buffers.acquire(count + count / 4)
        return finished
    }

    /// Makes room for so many more bytes.
    public mutating func reserve(_ more: Int) { _ = room(for: more) }

    // MARK: Pieces

    @inlinable
    @inline(__always)
    public mutating func append(_ byte: UInt8) {
        room(for: 1).storeBytes(of: byte, as: UInt8.self)
        used += 1
    }

    @inlinable
    @inline(__always)
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        room(for: bytes.count).copyMemory(from: source, byteCount: bytes.count)
        used += bytes.count
    }

    @inlinable
    @inline(__always)
    public mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends the first bytes of a value that is laid out as it is written.
    @inlinable
    @inline(__always)
    public mutating func append<Value: BitwiseCopyable>(_ value: Value, count size: Int) {
        room(for: MemoryLayout<Value>.size).storeBytes(of: value, as: Value.self)
        used += size
    }

    public mutating func append(_ text: String) {
        text.withBytes { append($0) }
    }

    // MARK: Binary

    /// Appends an integer in as few bytes as it needs: what is stored is read and written several times. Callers in other
    /// modules see the body, and so do without a generic one.
    @inlinable
    public mutating func append<I: FixedWidthInteger>(integer: I) {
        if I.bitWidth == 8 {
            append(UInt8(truncatingIfNeeded: integer))
        } else if I.isSigned {
            // Zigzag: small numbers below zero are small, too.
            let wide = Int64(truncatingIfNeeded: integer)
            append(varint: UInt64(bitPattern: wide << 1 ^ wide >> 63))
        } else {
            append(varint: UInt64(truncatingIfNeeded: integer))
        }
    }

    /// Appends a number, seven bits a byte, the lowest first, and the top bit set where more follow (LEB128, as in
    /// https://protobuf.dev/programming-guides/encoding/#varints).
    public mutating func append(varint number: UInt64) {
        let place = room(for: 10)
        var rest = number
        var size = 0
        while rest >= 0x80 {
            place.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: size, as: UInt8.self)
            rest >>= 7
            size += 1
        }
        place.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: size, as: UInt8.self)
        used += size + 1
    }

    /// Appends a byte string of at most 4 GiB: its length, then the bytes.
    public mutating func append(counted bytes: UnsafeRawBufferPointer) {
        append(integer: UInt32(bytes.count))
        append(bytes)
    }

    /// Appends a string with its length.
    public mutating func append(counted text: String) {
        text.withBytes { append(counted: $0) }
    }

    public mutating func append(flag: Bool) { append(integer: flag ? 1 as UInt8 : 0) }

    // MARK: Numbers as text

    /// Appends a number in decimal digits.
    @inlinable
    @inline(__always)
    public mutating func appendDecimal(_ number: some BinaryInteger) {
        if number < 0 { append(UInt8(ascii: "-")) }
        appendDigits(UInt64(number.magnitude))
    }

    @usableFromInline
    mutating func appendDigits(_ number: UInt64) {
        guard number >= 100_000_000 else { return appendDigits(UInt32(truncatingIfNeeded: number)) }
        let (higher, lower) = number.quotientAndRemainder(dividingBy: 100_000_000)
        // At most 20 digits.
        if higher >= 100_000_000 {
            let (highest, high) = higher.quotientAndRemainder(dividingBy: 100_000_000)
            appendDigits(UInt32(truncatingIfNeeded: highest))
            append((Self.eightDigits(UInt32(truncatingIfNeeded: high)) | Self.zeros).littleEndian, count: 8)
        } else {
            appendDigits(UInt32(truncatingIfNeeded: higher))
        }
        append((Self.eightDigits(UInt32(truncatingIfNeeded: lower)) | Self.zeros).littleEndian, count: 8)
    }

    /// Appends a number below 100,000,000.
    @inline(__always)
    private mutating func appendDigits(_ number: UInt32) {
        let digits = Self.eightDigits(number)
        // The last one stands there, be it zero.
        let leading = min(digits.trailingZeroBitCount / 8, 7)
        append(((digits | Self.zeros) >> UInt64(leading * 8)).littleEndian, count: 8 - leading)
    }

    private static let zeros: UInt64 = 0x3030_3030_3030_3030

    /// The digits of a number below 100,000,000, a byte each and the first in the lowest: halves, their halves, and those of
    /// these are split off at once, by multiplications that round as the divisions would (Paul Khuong, "How to print integers
    /// really fast", https://pvk.ca/Blog/2017/12/22/appnexus-common-framework-its-out-also-how-to-print-integers-faster/).
    @inline(__always)
    private static func eightDigits(_ number: UInt32) -> UInt64 {
        let (high, low) = number.quotientAndRemainder(dividingBy: 10_000)
        var digits = UInt64(high) | UInt64(low) << 32
        let hundreds = (digits &* 10_486) >> 20 & 0x0000_007F_0000_007F
        digits = hundreds | (digits &- hundreds &* 100) << 16
        let tens = (digits &* 103) >> 10 & 0x000F_000F_000F_000F
        return tens | (digits &- tens &* 10) << 8
    }

    /// Appends seconds and milliseconds, `05.250Z`: the end of a time, of which every message of every entry has one.
    @inline(__always)
    public mutating func appendSecond(milliseconds: UInt32) {
        let (second, fraction) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let (hundreds, rest) = fraction.quotientAndRemainder(dividingBy: 100)
        let (seconds, tail) = (second / 10 | (second % 10) << 8, rest / 10 | (rest % 10) << 8)
        let digits = UInt64(seconds | hundreds << 24) | UInt64(tail) << 32
        append((digits | 0x005A_3030_302E_3030).littleEndian, count: 7)
    }

    /// Appends a time of day, `14:30:00.250`.
    public mutating func appendClock(milliseconds: UInt32, withFraction: Bool) {
        let (seconds, fraction) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let (minutes, second) = seconds.quotientAndRemainder(dividingBy: 60)
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        let place = room(for: 12)
        func put(_ character: UInt32, at index: Int) {
            place.storeBytes(of: UInt8(truncatingIfNeeded: character), toByteOffset: index, as: UInt8.self)
        }
        func two(_ number: UInt32, at index: Int) {
            put(0x30 + number / 10, at: index)
            put(0x30 + number % 10, at: index + 1)
        }
        two(hour, at: 0)
        put(0x3A, at: 2)
        two(minute, at: 3)
        put(0x3A, at: 5)
        two(second, at: 6)
        put(0x2E, at: 8)
        put(0x30 + fraction / 100, at: 9)
        two(fraction % 100, at: 10)
        used += withFraction ? 12 : 8
    }
}
