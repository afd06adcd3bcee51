/// Writing results to standard output without getting stuck there.
import Common
import Foundation

/// Standard output, written in pieces that don't block for longer than it takes to look around.
public struct StandardOutput: Sendable {
    /// A pipe that is ready takes this much without blocking (PIPE_BUF, pipe(7)).
    private static let pieceForPipes = 4096
    private let piece: Int
    private let descriptor: Int32
    /// A terminal, opened once more, for writing without waiting. (As a flag of the one that is there it would be everybody's
    /// who has the terminal.) -1: it can't be, or isn't one.
    private static let terminal: Int32 =
        isatty(STDOUT_FILENO) == 1
        ? open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1

    public init() {
        var status = stat()
        let isFile = fstat(STDOUT_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        piece = isFile ? .max : Self.pieceForPipes
        descriptor = Self.terminal >= 0 ? Self.terminal : STDOUT_FILENO
    }

    public static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether it is a terminal on which a line can be drawn again.
    public static var canRedraw: Bool {
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// How many columns the terminal has; 80 where it doesn't say.
    public static var columns: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    public enum Outcome: Sendable {
        case written
        /// Whoever read it has gone.
        case closed
        /// Given up, because the caller wanted to stop.
        case stopped
    }

    /// Writes all of `bytes`.
    ///
    /// - Parameter isStopped: asked again and again.
    /// - Throws: ``ExitStatus`` 74 when standard output can't be written, a full disk for example.
    public func write(
        _ bytes: [UInt8], isStopped: () -> Bool
    ) throws(ExitStatus) -> Outcome {
        var written = 0
        var giveUp: ContinuousClock.Instant?
        while written < bytes.count {
            // A reader that takes little at a time must not hold up a stop, either.
            if isStopped() {
                if let giveUp, giveUp <= .now { return .stopped }
                giveUp = giveUp ?? .now + .milliseconds(500)
            }
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, 100) > 0 else { continue }
            let step = bytes.withUnsafeBytes { buffer in
                Foundation.write(
                    descriptor, buffer.baseAddress.map { $0 + written }, min(piece, bytes.count - written))
            }
            if step >= 0 {
                written += step
            } else if errno == EPIPE {
                return .closed
            } else if errno != EINTR && errno != EAGAIN {
                throw .inputOutput("Standard output can't be written: \(String(cString: strerror(errno)))")
            }
        }
        return .written
    }
}
