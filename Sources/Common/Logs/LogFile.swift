/// Opening the file that the log is appended to.
import Foundation

/// The log's file, opened so that nobody else gets the log by it, and nothing waits for it.
enum LogFile {
    /// Opens a file for appending, or makes it, for its owner alone.
    ///
    /// A file or link that another user made is refused, unless the whole folder is that user's: it is the rule by which
    /// Linux guards folders in which everybody may write (protected_regular and protected_symlinks, proc_sys_fs(5)).
    ///
    /// - Returns: the descriptor, and what the log should say of it, if anything.
    /// - Throws: ``ExitStatus`` 73 when it can't be opened, or isn't to be.
    static func open(_ path: String) throws(ExitStatus) -> (descriptor: Int32, remark: String?) {
        func refusal(_ why: String) -> ExitStatus {
            .cannotCreate("Log file can't be written: \(path): \(why) (see --log-file)")
        }
        var status = stat()
        let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
        if isLink && !isTrusted(status.st_uid, at: path) {
            throw refusal("it is a symbolic link of another user's (\(status.st_uid))")
        }
        // Opening a pipe that nobody reads would wait for a reader, O_NONBLOCK makes it fail.
        let descriptor = Foundation.open(
            path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (isLink ? 0 : O_NOFOLLOW), 0o600)
        guard descriptor >= 0 else {
            throw refusal(errno == ENXIO ? "it is a pipe that nobody reads" : String(cString: strerror(errno)))
        }
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            // A pipe or a device. The log's thread may wait for it, if anything.
            _ = fcntl(descriptor, F_SETFL, O_APPEND)
            return (descriptor, nil)
        }
        guard isTrusted(status.st_uid, at: path) else {
            close(descriptor)
            throw refusal("it belongs to another user (\(status.st_uid)), who could read the log")
        }
        let isOpen = status.st_mode & S_IWOTH != 0
        return (descriptor, isOpen ? "Log file \(path) can be written by everybody (chmod o-w mends it)" : nil)
    }

    private static func isTrusted(_ owner: uid_t, at path: String) -> Bool {
        if FileTrust.isOwn(owner) { return true }
        let folder = (path as NSString).deletingLastPathComponent
        var status = stat()
        return stat(folder.isEmpty ? "." : folder, &status) == 0 && status.st_uid == owner
    }
}
