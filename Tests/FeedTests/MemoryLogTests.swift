/// The bounded log in memory.
import Testing

@testable import Feed

@Suite("Memory log", .timeLimit(.minutes(5)))
struct MemoryLogTests {
    private func log(_ count: Int, countLimit: Int = 1_000_000, byteLimit: Int = 1 << 30) -> MemoryLog {
        var log = MemoryLog(countLimit: countLimit, byteLimit: byteLimit)
        for number in 1...count { Array("record \(number)".utf8).withUnsafeBytes { log.append($0) } }
        return log
    }

    private func read(_ log: inout MemoryLog, from sequence: UInt64, budget: Int) -> [String] {
        var bytes: [UInt8] = []
        let count = log.read(from: sequence, budget: budget, into: &bytes)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.count == count)
        return lines
    }

    @Test(
        "gives back what was appended, from any number on", arguments: [1, 2, 1023, 1024, 1025, 2999, 3000] as [UInt64])
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
        #expect(log.next - log.first < 2000 + 1024)
        let first = log.first
        #expect(read(&log, from: first, budget: 0) == ["record \(first)"])
    }

    @Test("forgets the oldest beyond its size")
    func byteLimit() {
        var log = MemoryLog(countLimit: 1_000_000, byteLimit: 10 << 20)
        let record = [UInt8](repeating: 0x61, count: 100_000)
        for _ in 0..<1000 { record.withUnsafeBytes { log.append($0) } }
        #expect(log.next - log.first < 120)
        #expect(log.next - log.first > 80)
    }

    @Test("keeps a record that is larger than a block")
    func largeRecord() {
        var log = log(3)
        let large = [UInt8](repeating: 0x62, count: 3 << 20)
        large.withUnsafeBytes { log.append($0) }
        #expect(read(&log, from: 4, budget: 10).first?.utf8.count == 3 << 20)
        #expect(read(&log, from: 3, budget: 10) == ["record 3"])
    }

    @Test("takes lines in one buffer, few or many, and gives them back by number", arguments: [3, 40_000])
    func blockOfLines(_ count: Int) {
        var log = log(5)
        var lines: [UInt8] = []
        var ends: [Int] = []
        for number in 6...(count + 5) {
            lines += Array("record \(number)\n".utf8)
            ends.append(lines.count)
        }
        lines.withUnsafeBytes { log.append(lines: $0, ends: ends) }
        Array("record \(count + 6)".utf8).withUnsafeBytes { log.append($0) }
        #expect(log.first == 1)
        #expect(log.next == UInt64(count + 7))
        var next: UInt64 = 1
        while next < log.next {
            for line in read(&log, from: next, budget: 10_000) {
                #expect(line == "record \(next)")
                next += 1
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
