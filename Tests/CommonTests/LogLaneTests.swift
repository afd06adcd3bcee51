/// A place of the log that takes its time.
import Foundation
import Synchronization
import Testing

@testable import Common
@testable import Threads

@Suite("A lane of the log", .timeLimit(.minutes(5)))
final class LogLaneTests {
    /// A pipe with room for a page.
    private let (source, sink): (Int32, Int32)

    init() throws {
        let pipe = try PipeEnds()
        (source, sink) = (pipe.readEnd, pipe.writeEnd)
        let setPipeSize: Int32 = 1031
        _ = fcntl(sink, setPipeSize, 4096)
    }

    deinit { close(source) }

    private func lane(limit: Int) -> LogLane {
        LogLane(sink, isOwned: true, limit: limit) { Array("\($0) dropped\n".utf8) }
    }

    /// What comes out of the pipe, up to its end.
    private func readAll(omittingEmpty: Bool = true) -> [String] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while case let count = read(source, &block, block.count), count > 0 { bytes += block[..<count] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: omittingEmpty)
            .map(String.init)
    }

    /// A line of a thousand bytes.
    private func line(_ number: Int) -> [UInt8] {
        let text = "\(number) "
        return Array((text + String(repeating: "x", count: 999 - text.count) + "\n").utf8)
    }

    @Test(
        "A place that takes nothing holds up nobody; what has no room is dropped, and counted where it would have stood"
    )
    func dropping() {
        let lane = lane(limit: 20_000)
        // Nobody reads: it would wait for ever where it waited.
        for number in 1...1000 { lane.push(line(number)) }
        lane.close()
        let lines = readAll()
        let numbers = lines.compactMap { $0.contains("x") ? Int($0.prefix { $0 != " " }) : nil }
        let remarks = lines.filter { $0.hasSuffix(" dropped") }
        // Those in the queue, and those that were written before the pipe was full.
        #expect((20...30).contains(numbers.count))
        #expect(numbers == numbers.sorted() && numbers.first == 1)
        #expect(remarks.compactMap { Int($0.prefix { $0 != " " }) }.reduce(0, +) == 1000 - numbers.count)
        #expect(lines.last == remarks.last)
    }

    @Test("Lines that come when there is room again stand behind the count")
    func roomAgain() {
        let lane = lane(limit: 5000)
        // The first is in the pipe, where four have room; of the others five wait at least.
        lane.push(line(1))
        lane.flush(until: .distantFuture)
        for number in 2...100 { lane.push(line(number)) }
        var block = [UInt8](repeating: 0, count: 4096)
        var taken = 0
        while taken < 6000, case let count = read(source, &block, min(block.count, 6000 - taken)), count > 0 {
            taken += count
        }
        lane.push(line(101))
        lane.close()
        let lines = readAll()
        let place = lines.firstIndex { $0.hasSuffix(" dropped") }
        #expect(place != nil)
        #expect(lines.firstIndex { $0.hasPrefix("101 ") } ?? -1 > place ?? .max)
    }

    @Test("What can't be written is counted in front of what can, behind half a line too, and said once")
    func full() throws {
        signal(SIGPIPE, SIG_IGN)
        let told = Mutex<[Int32]>([])
        let isTold = DispatchSemaphore(value: 0)
        let lane = LogLane(sink, isOwned: true, limit: 1 << 20) {
            Array("\($0) dropped\n".utf8)
        } failed: { problem in
            told.withLock { $0.append(problem) }
            isTold.signal()
        }
        // Of the first line a page is in the pipe when its reader goes away.
        lane.push([UInt8](repeating: 0x61, count: 5000))
        var page = [UInt8](repeating: 0, count: 4096)
        #expect(read(source, &page, 10) == 10)
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        _ = dup2(nothing, source)
        close(nothing)
        isTold.wait()
        for number in 2...3 { lane.push(line(number)) }
        lane.flush(until: .distantFuture)
        // There is room again.
        let pipe = try PipeEnds()
        _ = dup2(pipe.writeEnd, sink)
        close(pipe.writeEnd)
        _ = dup2(pipe.readEnd, source)
        close(pipe.readEnd)
        for number in 4...5 { lane.push(line(number)) }
        lane.close()
        let text = readAll(omittingEmpty: false)
        #expect(text.map { $0.prefix(9) } == ["", "3 dropped", "4 xxxxxxx", "5 xxxxxxx", ""])
        #expect(told.withLock { $0 } == [EPIPE])
    }

    @Test("Waiting for the last lines ends when they are written, and soon where nobody takes them")
    func flushing() {
        let lane = lane(limit: 1 << 20)
        lane.push(line(1))
        lane.flush(until: .distantFuture)
        var block = [UInt8](repeating: 0, count: 4096)
        #expect(read(source, &block, block.count) == 1000)
        for number in 2...100 { lane.push(line(number)) }
        // This one has to give up by itself.
        lane.flush(until: .now() + .milliseconds(50))
        lane.close()
        #expect(readAll().count == 99)
    }

    @Test("A reader that has gone ends nothing")
    func readerGone() {
        signal(SIGPIPE, SIG_IGN)
        let lane = lane(limit: 20_000)
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        _ = dup2(nothing, source)
        close(nothing)
        for number in 1...10 { lane.push(line(number)) }
        lane.flush(until: .distantFuture)
        lane.close()
    }

    @Test("Bytes get through a descriptor that doesn't want to wait")
    func nonBlocking() async throws {
        _ = fcntl(sink, F_SETFL, O_NONBLOCK)
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let (sink, source) = (self.sink, self.source)
        async let isWritten = onOwnThread("writer") {
            defer { close(sink) }
            return writeAll(bytes, to: sink)
        }
        let found = try await onOwnThread("reader") {
            var found: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 4096)
            while case let count = read(source, &block, block.count), count > 0 { found += block[..<count] }
            return found
        }
        #expect(try await isWritten == 0)
        #expect(found == bytes)
    }
}
