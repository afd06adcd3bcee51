/// The input as a record log: what has been published can be read again from the file itself.
import Common
import Feed

/// Finds published lines in the input by number, with a sparse index of offsets. An input that is followed may have been in
/// several files, one after the other.
struct InputLog: RecordLog {
    /// One place is remembered in each stretch of so many bytes: a read begins at most this far before what it wants.
    private static let indexInterval = 64 << 10
    /// Files that were put away while they were followed, and are still replayed. Their room on the disk isn't given back
    /// before.
    private static let earlierFiles = 4

    private typealias Place = (sequence: UInt64, offset: Int)

    /// The part of the stream that is in one file.
    private struct Part {
        let input: InputFile
        let first: UInt64
        var index: [Place] = []
    }

    private let maxLineBytes: Int
    private var parts: [Part]
    /// Where the last few answers ended: the next question mostly begins there.
    private var resume: [Place] = []
    private(set) var next: UInt64 = 1

    init(_ input: InputFile, maxLineBytes: Int) {
        parts = [Part(input: input, first: 1)]
        self.maxLineBytes = maxLineBytes
    }

    var first: UInt64 { parts[0].first }

    /// Notes that the record ``next`` has been published.
    /// - Parameter offset: where scanning finds it.
    mutating func append(offset: Int) {
        let last = parts.count - 1
        if parts[last].index.last.map({ offset - $0.offset >= Self.indexInterval }) ?? true {
            parts[last].index.append((next, offset))
        }
        next += 1
    }

    /// What is published from now on is in another file, or in the same one from its beginning.
    ///
    /// - Parameter keepingEarlier: what has been published can still be read.
    mutating func goOn(in input: InputFile, keepingEarlier: Bool) {
        // What was in the file is gone, and with it what came before: what can be sent again has no holes.
        if !keepingEarlier { parts = [] }
        parts.append(Part(input: input, first: next))
        if parts.count > Self.earlierFiles + 1 { parts.removeFirst() }
        resume = []
    }

    mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) throws -> Int {
        guard let part = parts.lastIndex(where: { $0.first <= sequence }) else { return 0 }
        let input = parts[part].input
        let end = part + 1 < parts.count ? parts[part + 1].first : next
        let start = place(of: sequence, in: parts[part])
        var scanner = LineScanner(
            descriptor: input.descriptor, offset: start.offset, isStart: start.offset == input.offset,
            maxLineBytes: maxLineBytes)
        var number = start.sequence
        var count = 0
        while number < end {
            let offset = scanner.offset
            // What is published is all there, so what stands at the end without a line feed is the last line.
            switch try scanner.next(isComplete: true) {
            case .line(let range):
                defer { number += 1 }
                guard number >= sequence else { continue }
                if count > 0 {
                    if bytes.count + range.count + 1 > budget { return finish(count, number, offset) }
                    bytes.append(0x0A)
                }
                bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: scanner.bytes[range]))
                count += 1
            case .tooLong: continue
            case .nothing:
                // Whoever reads a file that is followed will notice, and what is gone then is no longer offered.
                if input.isLive { return finish(count, number, offset) }
                throw ExitStatus.inputOutput("The input has become shorter while it was being published.")
            }
        }
        return finish(count, number, scanner.offset)
    }

    private mutating func finish(_ count: Int, _ sequence: UInt64, _ offset: Int) -> Int {
        // The end of a file isn't a place in the next one.
        if parts.contains(where: { $0.first == sequence }) { return count }
        if resume.count == 8 { resume.removeFirst() }
        resume.append((sequence, offset))
        return count
    }

    /// The nearest known place at or before a record.
    private mutating func place(of sequence: UInt64, in part: Part) -> Place {
        if let place = resume.lastIndex(where: { $0.sequence == sequence }) { return resume.remove(at: place) }
        var low = 0
        var high = part.index.count
        while low < high {
            let middle = (low + high) / 2
            if part.index[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? part.index[low - 1] : (part.first, part.input.offset)
    }
}
