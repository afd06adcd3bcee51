/// What was published, read again.
import Common
import Testing
import TestSupport

@Suite("Input log", .timeLimit(.minutes(5)))
final class InputLogTests {
    private static let limit = 1000
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A file as nobody would write it: blank lines, lines over the limit, both ends of lines, perhaps a byte-order mark.
    private func randomInput(_ generator: inout SeededGenerator) throws -> String {
        var content: [UInt8] = Bool.random(using: &generator) ? [0xEF, 0xBB, 0xBF] : []
        let count = Int.random(in: 1...400, using: &generator)
        for number in 1...count {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0:
                content += Array(["", " ", "\t", "  \r"].randomElement(using: &generator) ?? "").map {
                    $0.asciiValue ?? 0
                }
            case 1:
                content += [UInt8](
                    repeating: 0x78, count: .random(in: Self.limit + 1...5 * Self.limit, using: &generator))
            case 2: content += [UInt8](repeating: 0x6D, count: Self.limit)
            default:
                content += Array("\(number) ".utf8)
                let size = Int.random(in: 0...Self.limit - 10, using: &generator)
                content += (0..<size).map { _ in .random(in: 0x20...0x7E, using: &generator) }
            }
            let isLast = number == count && Bool.random(using: &generator)
            if !isLast { content += Bool.random(using: &generator) ? [0x0A] : [0x0D, 0x0A] }
        }
        return try folder.write("input.jsonl", content)
    }

    @Test(
        "From any record on and within any budget, exactly the published lines come back",
        arguments: 1...12 as ClosedRange<UInt64>)
    func random(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        var input = try PublishedInput(try randomInput(&generator), maxLineBytes: Self.limit)
        try input.publish()
        let next = input.log.next
        #expect(next == UInt64(input.lines.count) + 1)
        var problems: [String] = []
        // In order, where one answer begins near the other's end, and in any order.
        let starts = Array(1..<next) + (1..<next).shuffled(using: &generator)
        for start in starts {
            let budget = [0, 1, 500, 2000, 10_000, 100_000].randomElement(using: &generator) ?? 0
            if let problem = try input.problem(from: start, budget: budget) { problems.append(problem) }
        }
        #expect(problems.prefix(3) == [])
    }

    /// A file of several hundred kilobytes with nothing but lines in it, but for a few places.
    private func plainInput(_ generator: inout SeededGenerator, blemishes: Int) throws -> String {
        var lines = (1...3000).map { number in
            Array("\(number) ".utf8) + [UInt8](repeating: 0x78, count: .random(in: 0...300, using: &generator))
        }
        for _ in 0..<blemishes {
            let place = Int.random(in: lines.indices, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: lines[place].append(0x0D)
            case 1: lines[place] = []
            default: lines[place] = [UInt8](repeating: 0x79, count: Self.limit + 1)
            }
        }
        return try folder.write("input.jsonl", Array(lines.joined(separator: [0x0A])))
    }

    @Test("Stretches that are sent as they stand, and those that aren't, go together", arguments: [0, 1, 4, 20])
    func plain(_ blemishes: Int) throws {
        var generator = SeededGenerator(UInt64(blemishes))
        var input = try PublishedInput(try plainInput(&generator, blemishes: blemishes), maxLineBytes: Self.limit)
        var problems: [String] = []
        while input.log.next < 2900 {
            try input.publish(Int.random(in: 1...500, using: &generator))
            // One after the other, as followers ask, and from anywhere.
            var start: UInt64 = 1
            while start < input.log.next {
                let budget = [0, 1, 200, 65_536, 100_000, 1 << 20].randomElement(using: &generator) ?? 0
                if let problem = try input.problem(from: start, budget: budget) { problems.append(problem) }
                start += UInt64(max(1, input.expected(from: start, budget: budget).count))
                if Int.random(in: 0..<8, using: &generator) == 0 {
                    start = min(start + .random(in: 1...50, using: &generator), input.log.next)
                }
            }
        }
        #expect(problems.prefix(3) == [])
    }

    @Test("While lines are being published, replays never go beyond them", arguments: 101...108 as ClosedRange<UInt64>)
    func whilePublishing(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        var input = try PublishedInput(try randomInput(&generator), maxLineBytes: Self.limit)
        var problems: [String] = []
        for _ in 0..<100 {
            try input.publish(Int.random(in: 0...10, using: &generator))
            let next = input.log.next
            guard next > 1 else { continue }
            for _ in 0..<3 {
                let start = UInt64.random(in: 1..<next, using: &generator)
                let budget = Int.random(in: 0...20_000, using: &generator)
                if let problem = try input.problem(from: start, budget: budget) { problems.append(problem) }
            }
        }
        #expect(problems.prefix(3) == [])
    }

    @Test("Clients that each go on where their last answer ended all get everything", arguments: [1, 3, 8, 12])
    func clients(_ count: Int) throws {
        var generator = SeededGenerator(7)
        var input = try PublishedInput(try randomInput(&generator), maxLineBytes: Self.limit)
        try input.publish()
        let next = input.log.next
        var cursors = [UInt64](repeating: 1, count: count)
        var received = [[UInt8]](repeating: [], count: count)
        while cursors.contains(where: { $0 < next }) {
            for client in cursors.indices where cursors[client] < next {
                let answer = try input.read(from: cursors[client], budget: 3000)
                received[client] += (received[client].isEmpty ? [] : [0x0A]) + answer.bytes
                cursors[client] += UInt64(answer.count)
            }
        }
        let everything = Array(input.lines.joined(separator: [0x0A]))
        for bytes in received { #expect(bytes == everything) }
        #expect(cursors == [UInt64](repeating: next, count: count))
    }

    @Test("Numbers begin at 1, and a record over the budget comes alone")
    func first() throws {
        var input = try PublishedInput(try folder.write("input.jsonl", "\n\none\ntwo\n"), maxLineBytes: Self.limit)
        #expect(input.log.first == 1)
        #expect(input.log.next == 1)
        try input.publish()
        #expect(input.log.next == 3)
        for budget in [0, 1, 3, 6] {
            let answer = try input.read(from: 1, budget: budget)
            #expect(answer.count == 1)
            #expect(answer.bytes == Array("one".utf8))
        }
        let both = try input.read(from: 1, budget: 7)
        #expect(both.count == 2)
        #expect(both.bytes == Array("one\ntwo".utf8))
    }

    @Test("Lines over the limit and blank ones leave no hole")
    func betweenLines() throws {
        let long = String(repeating: "x", count: Self.limit + 1)
        let content = "\u{FEFF}\(long)\n\none\r\n\(long)\n\(long)\r\n \ntwo\n\n\(long)\nthree"
        var input = try PublishedInput(try folder.write("input.jsonl", content), maxLineBytes: Self.limit)
        try input.publish()
        for (start, text) in [(1, "one\ntwo\nthree"), (2, "two\nthree"), (3, "three")] as [(UInt64, String)] {
            let answer = try input.read(from: start, budget: 1 << 20)
            #expect(String(decoding: answer.bytes, as: UTF8.self) == text)
        }
    }

    @Test("What stands unfinished behind the last published line isn't part of a replay")
    func unfinished() throws {
        let file = try GrowingFile("one\ntwo\nthr")
        var input = try PublishedInput(file.path, maxLineBytes: Self.limit)
        try input.publish(isComplete: false)
        var answer = try input.read(from: 1, budget: 1 << 20)
        #expect(answer.count == 2)
        #expect(answer.bytes == Array("one\ntwo".utf8))
        try file.append("ee\nfour")
        try input.publish(isComplete: false)
        answer = try input.read(from: 3, budget: 1 << 20)
        #expect(answer.bytes == Array("three".utf8))
        answer = try input.read(from: 1, budget: 1 << 20)
        #expect(answer.bytes == Array("one\ntwo\nthree".utf8))
        try input.publish()
        answer = try input.read(from: 2, budget: 1 << 20)
        #expect(answer.bytes == Array("two\nthree\nfour".utf8))
    }

    @Test(
        "A file that was cut short meanwhile ends the program with 74",
        arguments: ["one\ntwo\nthree\n", String(repeating: "a line like all others\n", count: 20_000)])
    func truncated(_ content: String) throws {
        let file = try GrowingFile(content)
        var input = try PublishedInput(file.path, maxLineBytes: Self.limit)
        try input.publish()
        try file.truncate(to: 4)
        do {
            _ = try input.read(from: 1, budget: 1000)
            Issue.record("lines that aren't there were read")
        } catch let error as Common.ExitStatus {
            #expect(error.code == 74)
        }
    }
}
