/// Knowing a file again by what stands in it.
import Foundation

/// The bytes before a place up to which a file has been read. Where they aren't there any more, the file has been written anew, or
/// is another.
struct ContentMark {
    private static let size = 256
    /// Fewer bytes may be the same by chance.
    private static let worthALine = 32
    /// So much of a file is searched, in bytes.
    private static let searched = 16 << 20

    /// The place, as an offset in the file.
    private(set) var end: Int
    private(set) var bytes: [UInt8] = []
    /// So many zeros have been read behind the place. They don't count: they may be room that the file's writer has reserved.
    private(set) var zeros = 0
    /// Up to where the file has been read, zeros included.
    var readEnd: Int { end + zeros }

    /// - Parameter end: where reading begins: nothing is known of what stands before it.
    init(at end: Int) { self.end = end }

    /// So many bytes have been read behind the place and its zeros.
    mutating func advance(over new: UnsafeRawBufferPointer) {
        let content = new.contentEnd
        guard content > 0 else {
            zeros += new.count
            return
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

    /// Whether two files begin with the same bytes, a line's worth at least.
    static func beginsTheSame(_ one: Int32, _ other: Int32) -> Bool {
        let beginnings = [one, other].map { descriptor in
            [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
                count = max(0, pread(descriptor, bytes.baseAddress, size, 0))
            }
        }
        let common = min(beginnings[0].count, beginnings[1].count)
        return common >= worthALine && beginnings[0].prefix(common) == beginnings[1].prefix(common)
    }

    /// Whether a file has the last line anywhere, or the last few where they are short: it was made of the one before. A larger
    /// file's beginning is looked at.
    func stands(anywhereIn descriptor: Int32) -> Bool {
        let starts = bytes.indices.dropFirst().filter { bytes[$0 - 1] == UInt8(ascii: "\n") }
        let last = bytes[(starts.last { bytes.count - $0 >= Self.worthALine } ?? 0)...]
        guard last.count >= Self.worthALine else { return false }
        var beginning = Data(count: Self.searched)
        let count = beginning.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return beginning.prefix(max(0, count)).range(of: Data(last)) != nil
    }

    /// Whether a file has the bytes at their place.
    func stands(in descriptor: Int32) -> Bool {
        var there = [UInt8](repeating: 0, count: bytes.count)
        guard !bytes.isEmpty else { return true }
        return pread(descriptor, &there, there.count, off_t(end - bytes.count)) == there.count && there == bytes
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
