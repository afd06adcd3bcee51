/// Starting a process whose streams nobody else holds.
import Foundation
import Synchronization

/// A child process. Foundation's own lets children that are started at the same time inherit each other's pipes, so that
/// a stream seems open until both have ended; tests start many at once.
struct ChildProcess: Sendable {
    /// Processes are started one at a time: between making a pipe and marking it, no other may be.
    private static let starting = Mutex(())

    let processID: Int32
    /// This end of the child's standard input (a socket, so that it can be ended while it is in use elsewhere).
    let input: Int32
    let output: Int32
    let error: Int32

    init(_ path: String, _ arguments: [String], environment: [String: String], folder: String?) throws {
        self = try Self.starting.withLock { _ in
            try ChildProcess(starting: path, arguments, environment: environment, folder: folder)
        }
    }

    private init(starting path: String, _ arguments: [String], environment: [String: String], folder: String?) throws {
        var standardInput: [Int32] = [0, 0]
        var standardOutput: [Int32] = [0, 0]
        var standardError: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &standardInput) == 0, pipe(&standardOutput) == 0,
            pipe(&standardError) == 0
        else { throw POSIXError(.EMFILE) }
        for end in standardInput + standardOutput + standardError { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, standardInput[1], 0)
        posix_spawn_file_actions_adddup2(&actions, standardOutput[1], 1)
        posix_spawn_file_actions_adddup2(&actions, standardError[1], 2)
        Self.closeEverythingElse(in: &actions)

        // Whoever started the tests may have had signals ignored or blocked; the child is to begin without that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        // The shell goes to the folder and then becomes the program.
        let command = folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0, path] } ?? [path]
        var argv: [UnsafeMutablePointer<CChar>?] = (command + arguments).map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, command[0], &actions, &attributes, &argv, &envp)
        for end in [standardInput[1], standardOutput[1], standardError[1]] { close(end) }
        guard failure == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .ENOENT, userInfo: [NSFilePathErrorKey: path])
        }
        processID = child
        input = standardInput[0]
        output = standardOutput[0]
        error = standardError[0]
    }

    /// The child gets its three streams and nothing else: not the listening sockets of servers in the tests' own process,
    /// which would stay bound as long as it runs. glibc 2.34 has the call, Swift's view of glibc doesn't.
    private static func closeEverythingElse(in actions: inout posix_spawn_file_actions_t) {
        typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "posix_spawn_file_actions_addclosefrom_np") else { return }
        _ = unsafeBitCast(symbol, to: CloseFrom.self)(&actions, 3)
    }

    /// Waits for the end, blocking.
    ///
    /// - Returns: the exit code; for a death by signal, minus its number.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : -signal
    }
}
