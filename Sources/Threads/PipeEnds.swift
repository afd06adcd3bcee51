/// Pipes within this process.
import Glibc

/// A pipe's two ends, which belong to the caller. Programs that are started don't get them, but for one that another
/// thread starts in this very moment: one that keeps an end for writing open keeps whoever reads from ever seeing the end.
public struct PipeEnds: Sendable {
    public let readEnd: Int32
    public let writeEnd: Int32

    /// - Throws: ``NoDescriptorLeft``.
    public init() throws(NoDescriptorLeft) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw NoDescriptorLeft() }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }
}
