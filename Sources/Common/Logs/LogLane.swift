/// One of the places that the log goes to, with a thread of its own.
import Foundation
import Synchronization
import Threads

/// Lines on their way to a descriptor. Whoever logs never waits: a place that takes nothing, a terminal that was stopped or
/// a pipe that nobody reads, holds up this thread alone. What doesn't fit meanwhile is dropped, and counted, and so is what can't be
/// written, such as to a disk that is full.
final class LogLane: Sendable {
    private struct State {
        var lines: [[UInt8]] = []
        /// Of lines that wait, and of those that are being written.
        var weight = 0
        /// Lines dropped since the last one that had room.
        var dropped = 0
        var isClosed = false
        /// Those who wait until everything is written.
        var flushes: [DispatchSemaphore] = []
    }

    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)
    private let descriptor: Int32
    private let isOwned: Bool
    private let limit: Int
    private let remark: @Sendable (Int) -> [UInt8]
    private let failed: @Sendable (Int32) -> Void

    /// - Parameters:
    ///   - descriptor: where lines go, each with one `write(2)`.
    ///   - isOwned: it is closed at the end.
    ///   - limit: lines wait up to this size, in bytes.
    ///   - remark: a line that says how many were dropped.
    ///   - failed: told, by an errno, when lines can't be written any more.
    init(
        _ descriptor: Int32, isOwned: Bool, limit: Int, remark: @escaping @Sendable (Int) -> [UInt8],
        failed: @escaping @Sendable (Int32) -> Void = { _ in }
    ) {
        self.descriptor = descriptor
        self.isOwned = isOwned
        self.limit = limit
        self.remark = remark
        self.failed = failed
        startThread("log") { self.run() }
    }

    /// Queues a line, or drops it.
    func push(_ line: [UInt8]) {
        state.withLock { state in
            guard state.weight + line.count <= limit else {
                state.dropped += 1
                return
            }
            if state.dropped > 0 { append(remark(exchange(&state.dropped, with: 0)), to: &state) }
            append(line, to: &state)
        }
        news.signal()
    }

    private func append(_ line: [UInt8], to state: inout State) {
        state.lines.append(line)
        state.weight += line.count
    }

    /// Waits until all that was queued is written.
    ///
    /// - Parameter end: when to give up.
    func flush(until end: DispatchTime) {
        let done = DispatchSemaphore(value: 0)
        state.withLock { $0.flushes.append(done) }
        news.signal()
        _ = done.wait(timeout: end)
    }

    /// No more lines will come; the thread ends when it has written those that are there.
    func close() {
        state.withLock { $0.isClosed = true }
        news.signal()
    }

    private func run() {
        var written = Written()
        while let lines = next() {
            for line in lines {
                write(line, &written)
                state.withLock { $0.weight -= line.count }
            }
        }
        if isOwned { Foundation.close(descriptor) }
    }

    /// What has become of the lines that were to be written.
    private struct Written {
        /// Lines that couldn't be since the last one that could.
        var missing = 0
        /// The last that stands there is a part of a line.
        var isTorn = false
    }

    /// Writes a line, and in front of it how many are missing there.
    private func write(_ line: [UInt8], _ written: inout Written) {
        let front = written.missing > 0 ? (written.isTorn ? [0x0A] : []) + remark(written.missing) : []
        var count = 0
        let problem = writeAll(front.isEmpty ? line : front + line, to: descriptor, written: &count)
        guard problem != 0 else {
            written = Written()
            return
        }
        if written.missing == 0 { failed(problem) }
        written.missing = count < front.count ? written.missing + 1 : 1
        written.isTorn = written.isTorn || count > 0
    }

    /// All that waits, once something does; nil at the end.
    private func next() -> [[UInt8]]? {
        while true {
            let (lines, flushes, isClosed) = state.withLock { state in
                // All that was there is written: now there is room for saying what wasn't.
                if state.lines.isEmpty && state.dropped > 0 {
                    append(remark(exchange(&state.dropped, with: 0)), to: &state)
                }
                let lines = exchange(&state.lines, with: [])
                return (lines, lines.isEmpty ? exchange(&state.flushes, with: []) : [], state.isClosed)
            }
            if !lines.isEmpty { return lines }
            for flush in flushes { flush.signal() }
            if isClosed { return nil }
            news.wait()
        }
    }
}
