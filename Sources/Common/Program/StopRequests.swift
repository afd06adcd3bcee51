/// SIGTERM and SIGINT, heard from the first moment on; and SIGUSR1 and SIGHUP.
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Threads

/// Hears signals by way of a pipe (the "self-pipe trick", https://cr.yp.to/docs/selfpipe.html), on whichever thread they come,
/// and however early: none gets lost, and none ends the process in the wrong way.
enum StopRequests {
    private struct Running {
        /// What is to be stopped, once it runs.
        var group: ServiceGroup?
        /// Whether the program was asked something, and hasn't answered before it ends by itself.
        var isQuestion = false
        var log: LogOutput?
    }

    private static let running = Mutex(Running())
    /// Nil where no descriptor is left: signals then do what they do by themselves.
    private static let pipe = try? PipeEnds()

    /// SIGHUP, for programs that read their settings again; of several that nobody has taken yet, one is kept.
    static let hangups = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// Whether the program is one of those; others are stopped by it.
    private static let hearsHangups = Atomic(false)

    /// Begins to listen.
    ///
    /// - Parameter hearsHangups: SIGHUP doesn't stop the program, unless its terminal has gone.
    static func listen(hearsHangups: Bool) {
        Self.hearsHangups.store(hearsHangups, ordering: .relaxed)
        guard let source = pipe?.readEnd else { return }
        _ = (hadTerminal, outlivesTerminal)
        startThread("signals") {
            var number: UInt8 = 0
            while read(source, &number, 1) == 1 || errno == EINTR { receive(number) }
        }
        for number in [SIGTERM, SIGINT, SIGUSR1, SIGHUP] {
            // Nothing here allocates or locks: the pipe was made above, and write(2) may be called in a handler.
            signal(number) { number in
                let before = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(StopRequests.pipe?.writeEnd ?? -1, &byte, 1)
                errno = before
            }
        }
    }

    /// From now on the program has a log, whose last lines are waited for, and perhaps a question to answer.
    static func begin(_ log: LogOutput, isQuestion: Bool) {
        running.withLock { ($0.log, $0.isQuestion) = (log, isQuestion) }
    }

    /// From now on a signal stops the services.
    static func stop(_ group: ServiceGroup) { running.withLock { $0.group = group } }

    /// From now on the log has messages of this level and above.
    static func log(from level: Logger.Level) { running.withLock { $0.log }?.level = level }

    /// Whether whoever started the program has said that the end of its terminal isn't its own (nohup(1)).
    private static let outlivesTerminal: Bool = {
        // The signals that are ignored, a bit each (proc_pid_status(5)).
        let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8))?.split(separator: "\n") ?? []
        let ignored = lines.first { $0.hasPrefix("SigIgn:") }.flatMap { UInt64($0.suffix(16), radix: 16) } ?? 0
        return ignored & 1 << (SIGHUP - 1) != 0
    }()

    /// Whether there was a terminal in the beginning, whose end SIGHUP then says.
    private static let hadTerminal = hasTerminal

    private static var hasTerminal: Bool {
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }

    private static func receive(_ number: UInt8) {
        let (group, isQuestion, log) = running.withLock { ($0.group, $0.isQuestion, $0.log) }
        // Whoever moves logs away says so by this (logrotate(8)).
        if number == UInt8(SIGUSR1) { return log?.reopen() ?? () }
        // Daemons read their settings again; a program whose terminal has gone is to end.
        if number == UInt8(SIGHUP) {
            let isRequest = hearsHangups.load(ordering: .relaxed) && (outlivesTerminal || !hadTerminal || hasTerminal)
            if isRequest { hangups.continuation.yield() }
            if isRequest || outlivesTerminal { return }
        }
        guard let group else {
            log?.flush()
            // Nothing has begun that would have to be ended: what is in the store can be come back to at any time. But who has
            // asked a question must not take its end for an answer: shells say 128 and the signal's number.
            _exit(isQuestion ? 128 + Int32(number) : 0)
        }
        Task { await group.triggerGracefulShutdown() }
    }
}
