/// Where lines come from: a file, or standard input by way of one.
import Chat
import Common
import Foundation
import Logging
import Threads

/// An open input that can be read at any offset, as replay needs.
final class InputFile {
    let descriptor: Int32
    /// Where the input begins in the file.
    let offset: Int
    private let spool: Spool?
    /// How the file was when it was opened.
    private let opened: stat?
    /// A file that is followed as it grows; nil: it is read to its end and no further.
    let followed: FollowedName?

    private init(descriptor: Int32, offset: Int, spool: Spool? = nil, followed: FollowedName? = nil) {
        self.descriptor = descriptor
        self.offset = offset
        self.spool = spool
        self.followed = followed
        var status = stat()
        opened = fstat(descriptor, &status) == 0 ? status : nil
    }

    /// - Parameter descriptor: of a file that has, or had, the name; closed with this.
    convenience init(following followed: FollowedName, descriptor: Int32, offset: Int) {
        self.init(descriptor: descriptor, offset: offset, followed: followed)
    }

    deinit { close(descriptor) }

    /// Whether all of the input is in the file.
    ///
    /// - Throws: ``ExitStatus`` 74 when standard input couldn't be read or kept.
    func isComplete() throws(ExitStatus) -> Bool {
        guard let spool else { return followed == nil }
        return try spool.isComplete()
    }

    /// Whether the input is still being written, by somebody who may write in their own time.
    var isLive: Bool { spool != nil || followed != nil }

    /// Looks what has become of a file that is followed; see ``FollowedName/change(of:readTo:isOther:)``.
    func change(readTo mark: ContentMark, isOther: Bool) -> FollowedName.Change {
        followed?.change(of: self, readTo: mark, isOther: isOther) ?? .none
    }

    /// Whether what has been read may not be there any more. Of a file that is followed nobody can tell.
    var mayHaveChanged: Bool {
        guard spool == nil, followed == nil else { return followed != nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, let opened else { return true }
        return (status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
            != (opened.st_size, opened.st_mtim.tv_sec, opened.st_mtim.tv_nsec)
    }

    /// Of the file, in bytes; nil where it can't be told.
    var size: Int? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Whether a file that is read to its end only has less in it than has been read.
    func isCutOff(readTo end: Int) -> Bool {
        var status = stat()
        return spool == nil && fstat(descriptor, &status) == 0 && status.st_size < end
    }

    /// The same file from its beginning.
    ///
    /// - Throws: ``ExitStatus`` 66 when there is no file descriptor left.
    func fromItsBeginning() throws(ExitStatus) -> InputFile {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw .noInput("Input can't be read: \(String(cString: strerror(errno)))") }
        return InputFile(descriptor: copy, offset: 0, followed: followed)
    }

    /// Opens the input.
    ///
    /// - Parameters:
    ///   - path: a file; `-` is standard input. What isn't a regular file (a pipe, a terminal) is copied to a temporary
    ///     file without a name, since a pipe can't be replayed.
    ///   - follows: a file is read on as it grows. What comes through a pipe is read until its writer ends it, in any case.
    ///   - keys: what a message's fields are called: a table is known by them.
    ///   - wakeup: signalled when more has come.
    ///   - logger: told where the input isn't JSON lines.
    /// - Throws: ``ExitStatus`` 66 when the input isn't there, is a folder or may not be read; 73 when a temporary file
    ///   is needed and can't be made.
    static func open(
        _ path: String, follows: Bool = false, keys: Set<String> = FieldMapping().keys, wakeup: Wakeup, logger: Logger
    ) throws(ExitStatus) -> InputFile {
        let name = path == "-" ? "standard input" : path
        // Not blocking, since a named pipe would otherwise keep the open waiting until somebody writes.
        let descriptor =
            path == "-"
            ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
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
            let offset = path == "-" ? max(0, Int(lseek(descriptor, 0, SEEK_CUR))) : 0
            let followed = follows && path != "-" ? FollowedName(path) : nil
            let (unpacker, form, archive) = beginning(of: descriptor, at: offset, keys)
            if let archive {
                close(descriptor)
                throw Unpacker.refusal(name, archive)
            }
            guard unpacker != nil || form != .plain else {
                return InputFile(descriptor: descriptor, offset: offset, followed: followed)
            }
            guard followed == nil else {
                close(descriptor)
                throw .data("\(name) can't be followed: it is \(unpacker?.rawValue ?? "\(form)"), and not JSON lines")
            }
            return try spooled(descriptor, name, keys, wakeup, logger)
        default:
            let name = path == "-" ? "Standard input" : name
            return try spooled(descriptor, name, keys, wakeup, logger)
        }
    }

    /// What a file begins with says how it is written.
    private static func beginning(
        of descriptor: Int32, at offset: Int, _ keys: Set<String>
    ) -> (Unpacker?, InputForm, archive: String?) {
        var block = [UInt8](repeating: 0, count: InputForm.looked)
        let count = max(0, pread(descriptor, &block, block.count, off_t(offset)))
        return block.withUnsafeBytes { bytes in
            let beginning = UnsafeRawBufferPointer(rebasing: bytes[..<count])
            return (
                Unpacker(of: beginning), InputForm(of: beginning, isWhole: true, keys: keys) ?? .plain,
                Unpacker.archive(Array(beginning.prefix(512)))
            )
        }
    }

    /// An input that is copied first.
    private static func spooled(
        _ descriptor: Int32, _ name: String, _ keys: Set<String>, _ wakeup: Wakeup, _ logger: Logger
    ) throws(ExitStatus) -> InputFile {
        let spool = try Spool(from: descriptor, called: name, keys: keys, wakeup: wakeup) {
            logger.info("\(name) is \($0)")
        }
        return InputFile(descriptor: spool.descriptor, offset: 0, spool: spool)
    }
}
