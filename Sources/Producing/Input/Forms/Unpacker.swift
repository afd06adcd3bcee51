/// Compressed files.
import Common
import Foundation

/// Programs of the system that unpack files; those who have such files have them.
enum Unpacker: String, CaseIterable {
    case gzip, zstd, bzip2, xz

    /// What a file of the kind begins with.
    private var magic: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
        case .bzip2: [0x42, 0x5A, 0x68]
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A]
        }
    }

    /// - Returns: nil for a file that isn't compressed in a known way.
    init?(of beginning: UnsafeRawBufferPointer) {
        guard let found = Self.allCases.first(where: { beginning.starts(with: $0.magic) }) else { return nil }
        self = found
    }

    /// Starts to unpack a file.
    ///
    /// - Parameter source: the file, at its beginning; the caller's to close.
    /// - Returns: a pipe with what is in the file, and the process that writes it.
    /// - Throws: ``ExitStatus`` 65 where the program isn't there.
    func start(on source: Int32) throws(ExitStatus) -> (pipe: Int32, process: pid_t) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw .inputOutput("Input can't be unpacked: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[1]) }
        // What the process gets it gets under other numbers.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, source, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        let name = strdup(rawValue)
        let option = strdup("-dc")
        defer {
            free(name)
            free(option)
        }
        var process = pid_t()
        let failure = posix_spawnp(&process, rawValue, &actions, nil, [name, option, nil], environ)
        guard failure == 0 else {
            close(ends[0])
            throw .data("The input is compressed, and the program that unpacks it isn't there: install \(rawValue).")
        }
        return (ends[0], process)
    }

    /// Waits for the end of a process that unpacks.
    ///
    /// - Throws: ``ExitStatus`` 65 where not all could be unpacked.
    func finish(_ process: pid_t) throws(ExitStatus) {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else {
            throw .data("The input can't be unpacked to its end: \(rawValue) says that it is damaged.")
        }
    }
}
