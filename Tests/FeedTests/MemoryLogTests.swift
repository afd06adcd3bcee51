/// The bounded log in memory.
import Bytes
import Testing

@testable import Feed

@Suite("Memory log", .timeLimit(.minutes(5)))
struct MemoryLogTests {
    private func log(_ count: Int, countLimit: Int = 1_000_000, byteLimit: Int = 1 << 30) -> MemoryLog {
        var log = MemoryLog(countLimit: countLimit, byteLimit: byteLimit)
        append(1...count, to: &log)
        return log
    }

    /// Appends records, so many a block.
    private func append(_ numbers: ClosedRange<Int>, to log: inout MemoryLog, perBlock: Int = 100) {
        for first in stride(from: numbers.lowerBound, through: numbers.upperBound, by: perBlock) {
            let lines = (first...min(first + perBlock - 1, numbers.upperBound)).map { "record \($0)\n" }
            var ends: [Int] = []
            for line in lines { ends.append((ends.last ?? 0) + line.utf8.count) }
            let bytes = SharedBytes.copy(of: Array(lines.joined().utf8))
            log.append(LineBlock(first: log.next, ends: ends, bytes: bytes))
        }
    }

    private func read(_ log: inout MemoryLog, from sequence: UInt64, budget: Int) -> [String] {
        var bytes: [UInt8] = []
        let count = log.read(from: sequence, budget: budget, into: &bytes)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.count == count)
        return lines
    }

    @Test(
        "gives back what was appended, from any number on", arguments: [1, 2, 99, 100, 101, 2999, 3000] as [UInt64])
    func reading(_ from: UInt64) {
        var log = log(3000)
        var next = from
        while next < log.next {
            let lines = read(&log, from: next, budget: 5000)
            #expect(lines.first == "record \(next)")
            #expect(!lines.isEmpty)
            next += UInt64(lines.count)
            #expect(lines.last == "record \(next - 1)")
        }
        #expect(next == 3001)
    }

    @Test("gives at least one record, whatever the budget")
    func smallBudget() {
        var log = log(10)
        #expect(read(&log, from: 4, budget: 0) == ["record 4"])
        #expect(read(&log, from: 4, budget: 17) == ["record 4", "record 5"])
        #expect(read(&log, from: 4, budget: 16) == ["record 4"])
    }

    @Test("forgets the oldest beyond its count, and says which is the first kept")
    func countLimit() {
        var log = log(10_000, countLimit: 2000)
        #expect(log.next == 10_001)
        #expect(log.next - log.first >= 2000)
        #expect(log.next - log.first < 2000 + 100)
        let first = log.first
        #expect(read(&log, from: first, budget: 0) == ["record \(first)"])
    }

    @Test("forgets the oldest beyond its size")
    func byteLimit() {
        var log = MemoryLog(countLimit: 1_000_000, byteLimit: 10 << 20)
        let record = [UInt8](repeating: 0x61, count: 100_000)
        for _ in 0..<1000 { log.append(record) }
        #expect(log.next - log.first < 120)
        #expect(log.next - log.first > 80)
    }

    @Test("keeps the last block, however large it is")
    func largeRecord() {
        var log = MemoryLog(countLimit: 10, byteLimit: 1 << 20)
        append(1...3, to: &log)
        log.append([UInt8](repeating: 0x62, count: 3 << 20))
        #expect(log.first == 4)
        #expect(read(&log, from: 4, budget: 10).first?.utf8.count == 3 << 20)
        append(5...5, to: &log)
        #expect(read(&log, from: 5, budget: 10) == ["record 5"])
        #expect(log.first == 5)
    }

    @Test("fills an answer from as many blocks as it takes", arguments: [1, 2, 3, 7, 100])
    func manyBlocks(_ perBlock: Int) {
        var log = MemoryLog(countLimit: 1000, byteLimit: 1 << 20)
        append(1...50, to: &log, perBlock: perBlock)
        for from in 1...50 as ClosedRange<UInt64> {
            for budget in [0, 8, 9, 17, 18, 19, 26, 40, 100, 1000] {
                let lines = read(&log, from: from, budget: budget)
                #expect(lines.first == "record \(from)")
                let numbers = from..<(from + UInt64(lines.count))
                #expect(lines == numbers.map { "record \($0)" })
                let size = lines.joined(separator: " ").utf8.count
                #expect(lines.count == 1 || size <= budget)
                // One more wouldn't have fitted, or there is none.
                #expect(numbers.upperBound > 50 || size + 1 + "record \(numbers.upperBound)".utf8.count > budget)
            }
        }
    }

    @Test("an empty log keeps nothing")
    func empty() {
        let log = MemoryLog(countLimit: 10, byteLimit: 10)
        #expect(log.first == 1)
        #expect(log.next == 1)
    }
}
