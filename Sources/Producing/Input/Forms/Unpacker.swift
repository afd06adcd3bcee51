/// Compressed files.
import Common
import Foundation
import Threads

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

    /// What a file is called that has files in it, or isn't text, and that nobody here unpacks; nil for others.
    static func archive(_ beginning: [UInt8]) -> String? {
        let kinds: [(magic: String, name: String)] = [
            ("PK\u{3}\u{4}", "a ZIP archive, or a spreadsheet"), ("SQLite format 3\0", "an SQLite database"),
            ("PAR1", "a Parquet file"), ("%PDF-", "a PDF document"), ("7z\u{BC}\u{AF}", "a 7z archive"),
        ]
        let found = kinds.first {
            beginning.starts(with: $0.magic.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        }
        if let found { return found.name }
        return beginning.count > 262 && beginning[257..<262].elementsEqual("ustar".utf8) ? "a tar archive" : nil
    }

    /// The error for such a file.
    static func refusal(_ name: String, _ kind: String) -> ExitStatus {
        .data("\(name) is \(kind): unpack it first, or save it as CSV or JSON Lines.")
    }

    /// Whether more is needed to tell what bytes are the beginning of.
    static func mayBegin(with beginning: [UInt8]) -> Bool {
        allCases.contains { beginning.count < $0.magic.count && $0.magic.starts(with: beginning) }
    }

    /// Starts to unpack what comes through a descriptor.
    ///
    /// - Parameters:
    ///   - beginning: what has been read of it.
    ///   - source: the rest; the caller's to close, once the pipe has ended.
    /// - Returns: a pipe with what is in it, the caller's to close, and the process that writes it.
    /// - Throws: ``ExitStatus`` 65 where the program isn't there.
    func start(
        with beginning: [UInt8], goingOnWith source: Int32
    ) throws(ExitStatus) -> (pipe: Int32, process: pid_t) {
        let packed = try Self.pipe()
        defer { close(packed.readEnd) }
        do throws(ExitStatus) {
            let started = try start(on: packed.readEnd)
            startThread("unpack") { Self.copy(beginning, from: source, to: packed.writeEnd) }
            return started
        } catch {
            close(packed.writeEnd)
            throw error
        }
    }

    /// Gives a program what it is to unpack, until there is no more, or it wants no more.
    private static func copy(_ beginning: [UInt8], from source: Int32, to packed: Int32) {
        defer { close(packed) }
        var block = beginning
        while !block.isEmpty {
            var rest = block[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(packed, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
            block = [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, filled in
                var count = 0
                repeat {
                    var ready = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
                    _ = poll(&ready, 1, -1)
                    count = read(source, buffer.baseAddress, buffer.count)
                } while count < 0 && (errno == EINTR || errno == EAGAIN)
                filled = max(0, count)
            }
        }
    }

    /// - Parameter source: read from its beginning; the caller's to close.
    private func start(on source: Int32) throws(ExitStatus) -> (pipe: Int32, process: pid_t) {
        let unpacked = try Self.pipe()
        defer { close(unpacked.writeEnd) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, source, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, unpacked.writeEnd, STDOUT_FILENO)
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
            close(unpacked.readEnd)
            throw .data("The input is compressed, and the program that unpacks it isn't there: install \(rawValue).")
        }
        return (unpacked.readEnd, process)
    }

    private static func pipe() throws(ExitStatus) -> PipeEnds {
        do { return try PipeEnds() } catch { throw .inputOutput("Input can't be unpacked: \(error)") }
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
