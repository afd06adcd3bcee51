/// Waking a thread that blocks in a poll.
import Glibc

/// A file descriptor that becomes readable when somebody calls ``signal()``. Safe to use from anywhere.
public final class Wakeup: Sendable {
    private let pipe: PipeEnds

    /// - Throws: ``NoDescriptorLeft``.
    public init() throws(NoDescriptorLeft) {
        pipe = try PipeEnds()
        for end in [pipe.readEnd, pipe.writeEnd] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    /// What to watch for something to read.
    public var descriptor: Int32 { pipe.readEnd }

    deinit {
        close(pipe.readEnd)
        close(pipe.writeEnd)
    }

    /// Makes the descriptor readable until ``clear()``.
    public func signal() {
        // A full pipe is a signal that hasn't been seen yet: one more would add nothing.
        _ = write(pipe.writeEnd, [1], 1)
    }

    /// Makes the descriptor unreadable until the next ``signal()``.
    public func clear() {
        var sink: [UInt8] = .init(repeating: 0, count: 64)
        while read(descriptor, &sink, sink.count) == sink.count {}
    }
}

/// The process has as many files open as it may.
public struct NoDescriptorLeft: Error, CustomStringConvertible {
    public var description: String { "No file descriptor left (see ulimit -n)" }
}
