/// Input that is published without sockets.
import Chat
import TestSupport
import Threads

@testable import Producing

/// Publishes an input's lines as a broadcast does, and remembers them, so that replays can be compared.
struct PublishedInput: ~Copyable {
    private let input: InputFile
    private var scanner: LineScanner
    private(set) var log: InputLog
    private(set) var lines: [[UInt8]] = []

    init(_ path: String, maxLineBytes: Int, mapping: FieldMapping = FieldMapping()) throws {
        let rules = LineRules(maxLineBytes: maxLineBytes, mapping: mapping)
        input = try InputFile.open(path, wakeup: Wakeup(), logger: LogCapture().logger)
        scanner = LineScanner(
            descriptor: input.descriptor, offset: input.offset, isStart: true, rules: rules)
        log = InputLog(input, rules: rules, logger: LogCapture().logger)
    }

    /// Publishes the next lines, as many as there are.
    mutating func publish(_ count: Int = .max, isComplete: Bool = true) throws {
        var published = 0
        while published < count {
            let offset = scanner.offset
            switch try scanner.next(isComplete: isComplete) {
            case .line(let line):
                lines.append(Array(line))
                log.append(line, place: offset..<scanner.offset)
                published += 1
            case .tooLong: continue
            case .nothing, .changed: return
            }
        }
    }

    /// A replay.
    mutating func read(from sequence: UInt64, budget: Int) throws -> (count: Int, bytes: [UInt8]) {
        var bytes: [UInt8] = []
        let count = try log.read(from: sequence, budget: budget, into: &bytes)
        return (count, bytes)
    }

    /// What a replay must bring: lines joined by line feeds, as many as fit into the budget but at least one.
    func expected(from sequence: UInt64, budget: Int) -> (count: Int, bytes: [UInt8]) {
        var rest = lines[(Int(sequence) - 1)...]
        var bytes = rest.removeFirst()
        var count = 1
        for line in rest {
            if bytes.count + 1 + line.count > budget { break }
            bytes += [0x0A] + line
            count += 1
        }
        return (count, bytes)
    }

    /// Compares a replay with what it must bring. Returns what is wrong with it.
    mutating func problem(from sequence: UInt64, budget: Int) throws -> String? {
        let found = try read(from: sequence, budget: budget)
        let expected = expected(from: sequence, budget: budget)
        if found.count == expected.count && found.bytes == expected.bytes { return nil }
        return "from \(sequence) with budget \(budget): \(found.count) records in \(found.bytes.count) bytes, "
            + "not \(expected.count) in \(expected.bytes.count)"
    }
}
