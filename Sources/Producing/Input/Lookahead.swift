/// Looking at an input ahead of what has been published.
import Common
import Feed

/// Finds the fingerprint of a record that isn't published yet. It goes forward only, a piece at a time, so that its caller can
/// do other things in between.
final class Lookahead {
    /// Lines, and bytes of them, that are passed over in one go.
    private static let linesPerTurn = 10_000
    private static let bytesPerTurn = 4 << 20

    enum Outcome: Equatable {
        case found(fingerprint: String)
        /// The file has no such record. The record behind its last one would have this number.
        case missing(next: UInt64)
        /// There is more to look at.
        case unfinished
    }

    /// Kept, and with it the descriptor, for as long as it is read.
    let input: InputFile
    private var scanner: LineScanner
    /// The number of the record that is looked at next.
    private(set) var next: UInt64

    /// - Parameters:
    ///   - offset: where record `next` begins.
    init(_ input: InputFile, from offset: Int, next: UInt64, rules: LineRules) {
        self.input = input
        self.next = next
        scanner = LineScanner(
            descriptor: input.descriptor, offset: offset, isStart: offset == input.offset, rules: rules)
    }

    /// Goes on towards record `number`, which isn't behind ``next``.
    ///
    /// - Parameter isComplete: nothing will be added to the file.
    /// - Throws: ``ExitStatus`` 74 when the file can't be read.
    func look(for number: UInt64, isComplete: Bool) throws(ExitStatus) -> Outcome {
        let began = scanner.offset
        for _ in 0..<Self.linesPerTurn {
            switch try scanner.next(isComplete: isComplete) {
            case .line(let line):
                next += 1
                if next > number { return .found(fingerprint: Fingerprint.of(line)) }
            case .tooLong: break
            case .nothing, .changed: return .missing(next: next)
            }
            if scanner.offset - began >= Self.bytesPerTurn { return .unfinished }
        }
        return .unfinished
    }
}
