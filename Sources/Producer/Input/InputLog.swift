/// The input as a record log: what has been published can be read again from the file itself.
import Common
import Feed

/// Finds published lines in the input by number, with a sparse index of offsets.
struct InputLog: RecordLog {
    /// One place is remembered in each stretch of so many bytes: a read begins at most this far before what it wants.
    private static let indexInterval = 64 << 10

    private let descriptor: Int32
    private let maxLineBytes: Int
    private var index: [(sequence: UInt64, offset: Int)] = []
    /// Where the last few answers ended: the next question mostly begins there.
    private var resume: [(sequence: UInt64, offset: Int)] = []
    private let startOffset: Int

    let first: UInt64 = 1
    private(set) var next: UInt64 = 1

    init(_ input: InputFile, maxLineBytes: Int) {
        descriptor = input.descriptor
        startOffset = input.offset
        self.maxLineBytes = maxLineBytes
    }

    /// Notes that the record ``next`` has been published.
    /// - Parameter offset: where scanning finds it.
    mutating func append(offset: Int) {
        if index.last.map({ offset - $0.offset >= Self.indexInterval }) ?? true {
            index.append((next, offset))
        }
        next += 1
    }

    mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) throws -> Int {
        let start = place(of: sequence)
        var scanner = LineScanner(
            descriptor: descriptor, offset: start.offset, isStart: start.offset == startOffset,
            maxLineBytes: maxLineBytes)
        var number = start.sequence
        var count = 0
        while number < next {
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
                throw ExitStatus.inputOutput("The input has become shorter while it was being published.")
            }
        }
        return finish(count, number, scanner.offset)
    }

    private mutating func finish(_ count: Int, _ sequence: UInt64, _ offset: Int) -> Int {
        if resume.count == 8 { resume.removeFirst() }
        resume.append((sequence, offset))
        return count
    }

    /// The nearest known place at or before a record.
    private mutating func place(of sequence: UInt64) -> (sequence: UInt64, offset: Int) {
        if let place = resume.lastIndex(where: { $0.sequence == sequence }) { return resume.remove(at: place) }
        var low = 0
        var high = index.count
        while low < high {
            let middle = (low + high) / 2
            if index[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? index[low - 1] : (1, startOffset)
    }
}
