/// SIGTERM and SIGINT, heard from the first moment on.
import Foundation
import ServiceLifecycle
import Synchronization

/// Hears signals by way of a pipe (the "self-pipe trick", https://cr.yp.to/docs/selfpipe.html), on whichever thread they come,
/// and however early: none gets lost, and none ends the process in the wrong way.
enum StopRequests {
    /// What is to be stopped, once it runs.
    private static let running = Mutex<ServiceGroup?>(nil)
    /// The ends for reading and for writing.
    private static let pipe: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        _ = Glibc.pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }()

    /// Begins to listen.
    static func listen() {
        let source = pipe.read
        let thread = Thread {
            var byte: UInt8 = 0
            while read(source, &byte, 1) == 1 || errno == EINTR { stop() }
        }
        thread.name = "signals"
        thread.start()
        for number in [SIGTERM, SIGINT] {
            // Nothing here allocates or locks: the pipe was made above, and write(2) may be called in a handler.
            signal(number) { _ in
                let before = errno
                var byte: UInt8 = 1
                _ = write(StopRequests.pipe.write, &byte, 1)
                errno = before
            }
        }
    }

    /// From now on a signal stops the services.
    static func stop(_ group: ServiceGroup) { running.withLock { $0 = group } }

    private static func stop() {
        guard let group = running.withLock({ $0 }) else {
            // Nothing has begun that would have to be ended: what is in the store can be come back to at any time.
            _exit(0)
        }
        Task { await group.triggerGracefulShutdown() }
    }
}
