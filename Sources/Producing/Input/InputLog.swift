/// The input as a record log: what has been published can be read again from the file itself.
import Bytes
import Common
import Feed
import Foundation
import Logging

/// Finds published lines in the input by number, with a sparse index of offsets. An input that is followed may have been in
/// several files, one after the other.
struct InputLog: RecordLog {
    /// One place is remembered in each stretch of so many bytes: a read begins at most this far before what it wants.
    private static let indexInterval = 64 << 10
    /// Files that were put away while they were followed, and are still replayed. Their room on the disk isn't given back
    /// before.
    private static let earlierFiles = 4

    private struct Place {
        let sequence: UInt64
        let offset: Int
        /// Up to the next place the file has lines with a line feed behind each, and nothing else: what is sent is what stands
        /// there.
        var isPlain = false
        /// Of the lines up to the next place.
        var sum = LineSum()
    }

    /// The part of the stream that is in one file.
    private struct Part {
        var input: InputFile
        let first: UInt64
        /// Where the first record is to be looked for.
        let start: Int
        private(set) var index: [Place] = []
        /// From here on the next place is due.
        private var nextPlace = 0
        /// Where the lines since the last place would end, were there nothing else.
        private var plainEnd = 0
        /// Of the lines since the last place.
        private var openSum = LineSum()
        /// Where what has been published ends.
        private(set) var end: Int

        /// Of the lines from a place up to the next.
        func sum(from place: Int) -> LineSum { place + 1 < index.count ? index[place].sum : openSum }

        init(input: InputFile, first: UInt64, start: Int) {
            self.input = input
            self.first = first
            self.start = start
            end = start
        }

        mutating func append(_ sequence: UInt64, _ line: UnsafeRawBufferPointer, place: Range<Int>) {
            if place.lowerBound >= nextPlace {
                if !index.isEmpty {
                    index[index.count - 1].isPlain = plainEnd == place.lowerBound
                    index[index.count - 1].sum = openSum
                }
                openSum = LineSum()
                index.append(Place(sequence: sequence, offset: place.lowerBound))
                nextPlace = place.lowerBound + InputLog.indexInterval
                plainEnd = place.lowerBound
            }
            openSum.add(line)
            plainEnd += line.count + 1
            end = place.upperBound
        }

        /// The last place at or before a record; −1 where there is none.
        func place(of sequence: UInt64) -> Int {
            index.partitioningIndex { $0.sequence > sequence } - 1
        }

        /// How far a record at `place` and what follows it are plain, `limit` or so at most: an offset.
        func plainEnd(from place: Place, limit: Int) -> Int {
            var current = self.place(of: place.sequence)
            guard current >= 0 else { return place.offset }
            while index[current].isPlain, index[current].offset - place.offset < limit { current += 1 }
            return max(place.offset, index[current].offset)
        }
    }

    private let rules: LineRules
    private var parts: [Part]
    /// Where the last few answers ended: the next question mostly begins there.
    private var resume: [Place] = []
    private(set) var next: UInt64 = 1

    private let logger: Logger

    init(_ input: InputFile, rules: LineRules, logger: Logger) {
        parts = [Part(input: input, first: 1, start: input.offset)]
        self.rules = rules
        self.logger = logger
    }

    var first: UInt64 { parts[0].first }

    /// Notes that the record ``next`` has been published.
    ///
    /// - Parameter place: where scanning finds it.
    @inline(__always)
    mutating func append(_ line: UnsafeRawBufferPointer, place: Range<Int>) {
        parts[parts.count - 1].append(next, line, place: place)
        next += 1
    }

    /// The file that is being read has been cut off, and what was in it stands in a copy.
    mutating func goOn(inCopy copy: InputFile) { parts[parts.count - 1].input = copy }

    /// What is published from now on is in another file, or in the same one from its beginning.
    ///
    /// - Parameter keepingEarlier: what has been published can still be read.
    mutating func goOn(in input: InputFile, keepingEarlier: Bool) {
        // What was in the file is gone, and with it what came before: what can be sent again has no holes.
        if !keepingEarlier { parts = [] }
        parts.append(Part(input: input, first: next, start: input.offset))
        if parts.count > Self.earlierFiles + 1 { parts.removeFirst() }
        resume = []
    }

    mutating func read(from sequence: UInt64, budget: Int, into bytes: inout [UInt8]) throws -> Int {
        guard let part = parts.lastIndex(where: { $0.first <= sequence }) else { return 0 }
        let count = try read(from: sequence, of: part, budget: budget, into: &bytes)
        // Looked at after reading: what was read is what stood there then, or before.
        guard count > 0, try !isSame(parts[part], sequence..<(sequence + UInt64(count)), end: end(of: part)) else {
            return count
        }
        bytes = []
        guard parts[part].input.isLive else { throw InputReader.rewritten }
        forget(upTo: part)
        return 0
    }

    /// The number behind the last record of a part.
    private func end(of part: Int) -> UInt64 { part + 1 < parts.count ? parts[part + 1].first : next }

    /// Whether the file still says what was published.
    private func isSame(_ part: Part, _ range: Range<UInt64>, end: UInt64) throws -> Bool {
        guard part.input.mayHaveChanged, case var place = max(0, part.place(of: range.lowerBound)),
            place < part.index.count
        else { return true }
        var scanner = LineScanner(
            descriptor: part.input.descriptor, offset: part.index[place].offset,
            isStart: part.index[place].offset == part.input.offset, rules: rules)
        var number = part.index[place].sequence
        while number < range.upperBound {
            let stretchEnd = place + 1 < part.index.count ? part.index[place + 1].sequence : end
            var sum = LineSum()
            while number < stretchEnd {
                switch try scanner.next(isComplete: true) {
                case .line(let line):
                    sum.add(line)
                    number += 1
                case .tooLong: continue
                case .nothing, .changed: return false
                }
            }
            guard sum == part.sum(from: place) else { return false }
            place += 1
        }
        return true
    }

    /// What is in these parts can't be sent again.
    private mutating func forget(upTo part: Int) {
        let last = parts[part]
        logger.warning(
            "What stands in the input isn't what was published: lines \(parts[0].first) to \(end(of: part) - 1) can't be sent again"
        )
        let isCurrent = part == parts.count - 1
        parts.removeFirst(part + 1)
        if isCurrent { parts = [Part(input: last.input, first: next, start: last.end)] }
        resume = []
    }

    private mutating func read(
        from sequence: UInt64, of part: Int, budget: Int, into bytes: inout [UInt8]
    ) throws -> Int {
        let input = parts[part].input
        let end = self.end(of: part)
        var start = place(of: sequence, in: parts[part])
        var count = 0
        // What is published of a mapped line isn't what stands there.
        if start.sequence == sequence && rules.mapping.isEmpty {
            let plainEnd = parts[part].plainEnd(from: start, limit: budget)
            count = readPlain(
                input, start.offset..<plainEnd, budget: budget, most: end - sequence, into: &bytes)
            if count > 0 { start = Place(sequence: sequence + UInt64(count), offset: start.offset + bytes.count + 1) }
            // There are more that didn't fit.
            if count > 0 && start.offset < plainEnd { return finish(count, start.sequence, start.offset) }
        }
        var scanner = LineScanner(
            descriptor: input.descriptor, offset: start.offset, isStart: start.offset == input.offset,
            rules: rules)
        var number = start.sequence
        while number < end {
            let offset = scanner.offset
            // What is published is all there, so what stands at the end without a line feed is the last line.
            switch try scanner.next(isComplete: true) {
            case .line(let line):
                defer { number += 1 }
                guard number >= sequence else { continue }
                if count > 0 {
                    if bytes.count + line.count + 1 > budget { return finish(count, number, offset) }
                    bytes.append(0x0A)
                }
                bytes.append(contentsOf: line)
                count += 1
            case .tooLong: continue
            case .nothing, .changed:
                // Whoever reads a file that is followed will notice, and what is gone then is no longer offered.
                if input.isLive { return finish(count, number, offset) }
                throw ExitStatus.inputOutput("The input has become shorter while it was being published.")
            }
        }
        return finish(count, number, scanner.offset)
    }

    /// Reads records from a plain stretch as they stand, as many as fit: at full speed, most of what is replayed.
    ///
    /// - Returns: how many; 0 where not one fits, or the file isn't what it was.
    private func readPlain(
        _ input: InputFile, _ stretch: Range<Int>, budget: Int, most: UInt64, into bytes: inout [UInt8]
    ) -> Int {
        // The line feed behind the last record isn't sent.
        let size = min(stretch.count, budget + 1)
        guard size > 0, bytes.isEmpty else { return 0 }
        bytes.append(addingCapacity: size) { span in
            span.withUnsafeMutableBufferPointer { buffer, count in
                count = max(0, pread(input.descriptor, buffer.baseAddress, size, off_t(stretch.lowerBound)))
            }
        }
        let end = bytes.withUnsafeBytes { $0.count == size ? $0.lastIndex(of: 0x0A) : nil }
        bytes.removeSubrange((end ?? 0)...)
        let count = end == nil ? 0 : bytes.withUnsafeBytes { $0.lineFeeds } + 1
        if count > most { bytes = [] }
        return count > most ? 0 : count
    }

    private mutating func finish(_ count: Int, _ sequence: UInt64, _ offset: Int) -> Int {
        // The end of a file isn't a place in the next one.
        if parts.contains(where: { $0.first == sequence }) { return count }
        if resume.count == 8 { resume.removeFirst() }
        resume.append(Place(sequence: sequence, offset: offset))
        return count
    }

    /// The nearest known place at or before a record.
    private mutating func place(of sequence: UInt64, in part: Part) -> Place {
        if let place = resume.lastIndex(where: { $0.sequence == sequence }) { return resume.remove(at: place) }
        let index = part.place(of: sequence)
        return index >= 0 ? part.index[index] : Place(sequence: part.first, offset: part.start)
    }
}
