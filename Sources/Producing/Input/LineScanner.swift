/// Cuts a file into lines, in bounded memory.
import Chat
import Common
import Foundation

/// What is made of lines.
struct LineRules {
    /// The names of four fields, with what stands around them: a line has at most so many bytes more than it had.
    static let namesBytes = 128

    var maxLineBytes: Int
    var mapping = FieldMapping()
}

/// Reads lines from a file, from any offset on. It alone knows the rules: LF or CRLF ends a line, the last one may lack
/// it, blank lines are skipped, a byte-order mark at the start is skipped, and a line over the limit is passed over. Zeros
/// before a line aren't part of it: a file that was cut off while it was written to, or that a crash has left, has a hole there.
struct LineScanner: ~Copyable {
    enum Item {
        /// A line as it is published, without its end; valid until the next call, and with ``MessageDecoder/padding`` readable
        /// bytes behind it.
        case line(UnsafeRawBufferPointer)
        /// A line over the limit. Its place is counted as an editor would: from 1, blank lines included.
        case tooLong(line: Int, bytes: Int)
        /// No whole line is there yet.
        case nothing
        /// What was read last isn't there any more: the file has been written anew. There is more, and it belongs to something else.
        case changed
    }

    private var descriptor: Int32
    private let maxLineBytes: Int
    /// Gives fields their names, where they have others.
    private let mapper: LineMapper?
    /// Where the first line begins: behind a byte-order mark, if there is one.
    private var isAtStart: Bool
    /// The buffer, ``MessageDecoder/padding`` longer than what is ever filled.
    private var bytes: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// Up to here no line feed is in the buffer; what was searched isn't searched again.
    private var searched = 0
    /// The file's offset of the buffer's first byte.
    private var base: Int
    /// Up to where the file has been read, and what stood there.
    private(set) var mark: ContentMark
    /// So many of its zeros aren't in the buffer: with them the line that has begun before them is over the limit, and without them it
    /// isn't.
    private var zerosLeftOut = 0
    /// Up to here zeros stood when some before them were filled in.
    private var reserved = 0
    private var isChanged = false
    /// Bytes of an over-long line passed over so far.
    private var skipped = 0
    private var lastSkipped: UInt8 = 0
    /// Lines seen, blank ones included.
    private var lineNumber = 0

    init(descriptor: Int32, offset: Int, isStart: Bool, rules: LineRules) {
        self.descriptor = descriptor
        maxLineBytes = rules.maxLineBytes
        mapper = rules.mapping.isEmpty ? nil : LineMapper(rules.mapping)
        isAtStart = isStart
        base = offset
        mark = ContentMark(at: offset)
        bytes = .allocate(byteCount: (256 << 10) + MessageDecoder.padding, alignment: 64)
    }

    deinit { bytes.deallocate() }

    /// The line that was read last as it stands in the file; nil where that is what is published.
    private(set) var original: UnsafeRawBufferPointer?

    /// Of the buffer, in bytes.
    var bufferSize: Int { bytes.count }

    /// The file's offset of what comes next. It never goes back: zeros at the end haven't been passed over yet.
    var offset: Int { min(base + start, mark.end) }

    /// Goes on in a copy of the file, where the same stands at the same places.
    mutating func goOn(in copy: Int32) {
        descriptor = copy
        isChanged = false
    }

    /// The next line.
    ///
    /// - Parameter isComplete: nothing will be added to the file, so that what stands behind the last line feed is a
    ///   line too.
    /// - Throws: ``ExitStatus`` 74 when the file can't be read.
    mutating func next(isComplete: Bool) throws(ExitStatus) -> Item {
        while true {
            if let line = try nextEnd(isComplete: isComplete) {
                if skipped > 0 {
                    // The carriage return may have been the last of what was passed over.
                    let size = skipped + line.count - (line.isEmpty && lastSkipped == 0x0D ? 1 : 0)
                    skipped = 0
                    return .tooLong(line: lineNumber, bytes: size)
                }
                if line.count > maxLineBytes { return .tooLong(line: lineNumber, bytes: line.count) }
                if !isBlank(line) { return .line(published(line)) }
            } else {
                return isChanged ? .changed : .nothing
            }
        }
    }

    @inline(__always)
    private mutating func published(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        let line = UnsafeRawBufferPointer(rebasing: bytes[range])
        guard let mapper else { return line }
        // What is no object stays as it is, and what would become too long.
        original = line
        let mapped = mapper.map(line)
        return mapped.flatMap { $0.count <= maxLineBytes + LineRules.namesBytes ? $0 : nil } ?? line
    }

    /// Moves behind the next line feed. Returns the line before it, or nil when there is none yet.
    private mutating func nextEnd(isComplete: Bool) throws(ExitStatus) -> Range<Int>? {
        while true {
            if isAtStart { try skipByteOrderMark(isComplete: isComplete) }
            if skipped == 0 { skipZeros() }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[searched..<end])
            if let found = rest.firstIndexOf(0x0A) {
                let line = withoutCarriageReturn(start..<(searched + found))
                start = searched + found + 1
                searched = start
                lineNumber += 1
                return line
            }
            searched = end
            // A line over the limit is dropped piece by piece, so that it never has to fit into memory.
            if end - start > maxLineBytes + 1, !isComplete, skipped == 0, 1...maxLineBytes ~= mark.end - base - start {
                leaveOutZeros()
            } else if end - start > maxLineBytes + 1 {
                skipped += end - start
                lastSkipped = bytes[end - 1]
                start = end
            }
            if mark.zeros > 0, isFilledIn() {
                giveBackZeros()
            } else if start == end, skipped == 0, mark.zeros > 0, mark.readEnd < reserved {
                passOverReserved()
            }
            if try fill(isComplete: isComplete) { continue }
            guard isComplete, !isChanged, start < end || skipped > 0 else { return nil }
            let line = withoutCarriageReturn(start..<end)
            start = end
            searched = end
            lineNumber += 1
            return line
        }
    }

    @inline(__always)
    private mutating func skipZeros() {
        guard start < end, bytes[start] == 0 else { return }
        if UnsafeRawBufferPointer(rebasing: bytes[start..<end]).isZero { start = end }
        while start < end, bytes[start] == 0 { start += 1 }
        searched = max(searched, start)
    }

    private func withoutCarriageReturn(_ line: Range<Int>) -> Range<Int> {
        !line.isEmpty && bytes[line.upperBound - 1] == 0x0D ? line.lowerBound..<(line.upperBound - 1) : line
    }

    @inline(__always)
    private func isBlank(_ line: Range<Int>) -> Bool {
        // Nearly every line begins with a brace.
        if !line.isEmpty && bytes[line.lowerBound] > 0x20 { return false }
        return bytes[line].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0 }
    }

    private mutating func skipByteOrderMark(isComplete: Bool) throws(ExitStatus) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        while end - start < mark.count, try fill(isComplete: isComplete) {}
        let beginning = bytes[start..<min(end, start + mark.count)]
        // Less than a mark, and the same so far: more of it may come. No line can end inside it.
        if beginning.count < mark.count && mark.starts(with: beginning) && !isComplete { return }
        isAtStart = false
        if beginning.elementsEqual(mark) {
            start += mark.count
            searched = start
        }
    }

    /// Reads more of the file behind what is in the buffer. Returns false at its end.
    private mutating func fill(isComplete: Bool) throws(ExitStatus) -> Bool {
        makeRoom()
        var read = try read(bytes.count - MessageDecoder.padding - end)
        guard !read.isEmpty else { return false }
        let content = read.contentEnd
        // Whoever fills in reserved room from front to back may have gone on while it was read: zeros with something behind
        // them are looked at once more.
        if !isComplete, content > 0 {
            if mark.zeros > 0, isFilledIn() {
                giveBackZeros()
                return true
            }
            if UnsafeRawBufferPointer(rebasing: read[..<content]).firstIndexOf(0) != nil {
                read = try self.read(content)
            }
        }
        // Looked at after reading: what was read is of the file that the mark was in.
        guard mark.stands(in: descriptor) else {
            isChanged = true
            return false
        }
        advance(over: read)
        end += read.count
        return !read.isEmpty
    }

    /// Reads so many bytes at most into the buffer, behind what is there.
    private func read(_ most: Int) throws(ExitStatus) -> UnsafeRawBufferPointer {
        let place = bytes.baseAddress.map { $0 + end }
        var count: Int
        repeat {
            count = pread(descriptor, place, most, off_t(base + end + zerosLeftOut))
        } while count < 0 && errno == EINTR
        guard count >= 0 else {
            throw .inputOutput("Input can't be read: \(String(cString: strerror(errno))).")
        }
        return UnsafeRawBufferPointer(start: place, count: count)
    }

    private mutating func advance(over read: UnsafeRawBufferPointer) {
        let before = mark.end
        mark.advance(over: read)
        guard zerosLeftOut > 0, mark.end > before else { return }
        // More stands behind them, and the line is over the limit.
        skipped += end - start + zerosLeftOut
        lastSkipped = 0
        base += zerosLeftOut
        (start, searched, zerosLeftOut) = (end, end, 0)
    }

    /// So much of what were zeros is looked at again, in bytes: whoever fills them in begins at their beginning.
    private static let lookedAtAgain = 64 << 10

    /// Whether something stands now where zeros were read, or the file ends before their end.
    private func isFilledIn() -> Bool {
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_size < base + end + zerosLeftOut { return true }
        return withUnsafeTemporaryAllocation(byteCount: min(mark.zeros, Self.lookedAtAgain), alignment: 16) { bytes in
            let count = pread(descriptor, bytes.baseAddress, bytes.count, off_t(mark.end))
            return count > 0 && !UnsafeRawBufferPointer(start: bytes.baseAddress, count: count).isZero
        }
    }

    private mutating func leaveOutZeros() {
        let content = mark.end - base
        zerosLeftOut += end - content
        end = content
        searched = min(searched, end)
    }

    /// Goes back to where the zeros began.
    private mutating func giveBackZeros() {
        var status = stat()
        reserved = fstat(descriptor, &status) == 0 && status.st_size >= mark.readEnd ? mark.readEnd : 0
        mark.forgetZeros()
        zerosLeftOut = 0
        let content = mark.end - base
        if content >= start {
            end = content
            searched = min(searched, end)
        } else {
            skipped -= skipped > 0 ? start - content : 0
            base = mark.end
            (start, searched, end) = (0, 0, 0)
        }
    }

    /// Goes on where the zeros ended when they were last looked at. There may be many of them, and one line after the other in
    /// their place.
    private mutating func passOverReserved() {
        base = reserved
        mark.passOver(zeros: reserved - mark.readEnd)
        (start, searched, end) = (0, 0, 0)
    }

    /// Moves what is left to the buffer's front, and makes the buffer larger when a single line fills it.
    private mutating func makeRoom() {
        let capacity = bytes.count - MessageDecoder.padding
        guard end == capacity else { return }
        if start > 0 {
            if let front = bytes.baseAddress { memmove(front, front + start, end - start) }
        } else {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: capacity * 2 + MessageDecoder.padding, alignment: 64)
            larger.copyMemory(from: UnsafeRawBufferPointer(bytes))
            bytes.deallocate()
            bytes = larger
        }
        base += start
        searched -= start
        end -= start
        start = 0
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    fileprivate func firstIndexOf(_ byte: UInt8) -> Int? {
        guard let start = baseAddress, count > 0, let found = memchr(start, Int32(byte), count) else { return nil }
        return UnsafeRawPointer(found) - start
    }
}
