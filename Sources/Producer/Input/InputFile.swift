/// Where lines come from: a file, or standard input by way of one.
import Common
import Feed
import Foundation

/// An open input that can be read at any offset, as replay needs.
final class InputFile {
    let descriptor: Int32
    /// Where the input begins in the file.
    let offset: Int
    private let spool: Spool?

    private init(descriptor: Int32, offset: Int, spool: Spool?) {
        self.descriptor = descriptor
        self.offset = offset
        self.spool = spool
    }

    deinit { close(descriptor) }

    /// Whether all of the input is in the file.
    ///
    /// - Throws: ``ExitStatus`` 74 when standard input couldn't be read or kept.
    func isComplete() throws(ExitStatus) -> Bool {
        guard let spool else { return true }
        return try spool.isComplete()
    }

    /// Whether the input is still being written, by somebody who may write in their own time.
    var isLive: Bool { spool != nil }

    /// Opens the input.
    ///
    /// - Parameters:
    ///   - path: a file; `-` is standard input. What isn't a regular file (a pipe, a terminal) is copied to a temporary
    ///     file without a name, since a pipe can't be replayed.
    ///   - wakeup: signalled when more has come.
    /// - Throws: ``ExitStatus`` 66 when the input isn't there, is a folder or may not be read; 73 when a temporary file
    ///   is needed and can't be made.
    static func open(_ path: String, wakeup: Wakeup) throws(ExitStatus) -> InputFile {
        let name = path == "-" ? "standard input" : path
        // Not blocking, since a named pipe would otherwise keep the open waiting until somebody writes.
        let descriptor = path == "-" ? dup(STDIN_FILENO) : Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { throw .noInput("Input file not found: \(path)") }
            throw .noInput("Input can't be read: \(name): \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            throw .noInput("Input can't be read: \(name): \(String(cString: strerror(errno)))")
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            close(descriptor)
            throw .noInput("Input can't be read: \(name) is a folder")
        case S_IFREG:
            // A redirected file may have been read in part by somebody before.
            let offset = path == "-" ? Int(lseek(descriptor, 0, SEEK_CUR)) : 0
            return InputFile(descriptor: descriptor, offset: max(0, offset), spool: nil)
        default:
            let spool = try Spool(from: descriptor, wakeup: wakeup)
            return InputFile(descriptor: spool.descriptor, offset: 0, spool: spool)
        }
    }
}
