/// Knowing a file again by what stands in it.
import Foundation

/// What stood where reading began, and before the place up to which a file has been read. Where it isn't there any more, the file has
/// been written anew, or is another. One of both alone isn't enough: lines may end the same, or begin the same.
struct ContentMark {
    /// So much is remembered of each, in bytes.
    static let size = 4096
    /// Fewer bytes may be the same by chance.
    private static let worthALine = 32
    /// So much of a file is searched, in bytes.
    private static let searched = 16 << 20

    /// Where reading began, as an offset in the file, and what stood there.
    private let start: Int
    private var beginning: [UInt8] = []
    /// The place up to which has been read, and what stood before it.
    private(set) var end: Int
    private(set) var bytes: [UInt8] = []
    /// So many zeros have been read behind the place. They don't count: they may be room that the file's writer has reserved.
    private(set) var zeros = 0
    /// Up to where the file has been read, zeros included.
    var readEnd: Int { end + zeros }

    /// - Parameter end: where reading begins: nothing is known of what stands before it.
    init(at end: Int) { (start, self.end) = (end, end) }

    /// So many bytes have been read behind the place and its zeros.
    mutating func advance(over new: UnsafeRawBufferPointer) {
        let content = new.contentEnd
        guard content > 0 else {
            zeros += new.count
            return
        }
        if beginning.count < Self.size {
            beginning += [UInt8](repeating: 0, count: min(zeros, Self.size - beginning.count))
            beginning += new[..<min(content, Self.size - beginning.count)]
        }
        // Of a range: `suffix` may be the one that goes through all of a sequence.
        let last = new[max(0, content - Self.size)..<content]
        if last.count < Self.size {
            bytes += [UInt8](repeating: 0, count: min(zeros, Self.size)) + last
            bytes.removeFirst(max(0, bytes.count - Self.size))
        } else {
            bytes = Array(last)
        }
        end += zeros + content
        zeros = new.count - content
    }

    /// So many more zeros are behind the place.
    mutating func passOver(zeros count: Int) { zeros += count }

    /// The zeros are to be read once more.
    mutating func forgetZeros() { zeros = 0 }

    /// Whether two files begin with the same line, or lines where they are short.
    static func beginsTheSame(_ one: Int32, _ other: Int32) -> Bool {
        let beginnings = [one, other].map { descriptor in
            [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
                count = max(0, pread(descriptor, bytes.baseAddress, size, 0))
            }
        }
        let same = zip(beginnings[0], beginnings[1]).prefix { $0 == $1 }.count
        // Of a longer line nothing is known that tells it from others.
        let line = beginnings[0].dropFirst(worthALine - 1).firstIndex(of: UInt8(ascii: "\n"))
        let end = line ?? (beginnings[0].count < size ? beginnings[0].count - 1 : size)
        return same >= worthALine && same > end
    }

    /// Whether a file has the last line anywhere, or the last few where they are short: it was made of the one before. A larger
    /// file's beginning is looked at.
    func stands(anywhereIn descriptor: Int32) -> Bool {
        let starts = bytes.indices.filter { $0 == 0 ? end == bytes.count : bytes[$0 - 1] == UInt8(ascii: "\n") }
        // Of a longer line there is only what may be the same in all of them.
        guard let start = starts.last(where: { bytes.count - $0 >= Self.worthALine }) else { return false }
        let last = bytes[start...]
        var beginning = Data(count: Self.searched)
        let count = beginning.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return beginning.prefix(max(0, count)).range(of: Data(last)) != nil
    }

    /// Whether a file has the bytes at their places.
    func stands(in descriptor: Int32) -> Bool {
        Self.has(descriptor, bytes, at: end - bytes.count) && Self.has(descriptor, beginning, at: start)
    }

    private static func has(_ descriptor: Int32, _ bytes: [UInt8], at place: Int) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 16) { there in
            guard let start = there.baseAddress, !bytes.isEmpty else { return true }
            return pread(descriptor, start, bytes.count, off_t(place)) == bytes.count && there.elementsEqual(bytes)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Where what isn't zero ends.
    var contentEnd: Int {
        if isZero { return 0 }
        var end = count
        while end > 0, self[end - 1] == 0 { end -= 1 }
        return end
    }

    /// Whether there is nothing but zeros.
    var isZero: Bool {
        guard let start = baseAddress, let first else { return true }
        return first == 0 && memcmp(start, start + 1, count - 1) == 0
    }
}
