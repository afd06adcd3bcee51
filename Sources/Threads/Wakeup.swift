/// Waking a thread that blocks in a poll.
import Glibc

/// A file descriptor that becomes readable when somebody calls ``signal()``. Safe to use from anywhere.
public final class Wakeup: Sendable {
    /// What to watch for something to read.
    public let descriptor: Int32
    private let writeEnd: Int32

    /// - Throws: ``NoDescriptorLeft``.
    public init() throws(NoDescriptorLeft) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw NoDescriptorLeft() }
        descriptor = ends[0]
        writeEnd = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    /// Makes the descriptor readable until ``clear()``.
    public func signal() {
        // A full pipe is a signal that hasn't been seen yet: one more would add nothing.
        _ = write(writeEnd, [1], 1)
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
