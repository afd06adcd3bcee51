/// Noticing that a file is written to.
import Glibc

/// Tells when a file grows, or when its name is given to another. It only shortens the wait: whoever follows a file looks at
/// it from time to time anyway, since not every file system tells.
final class FileWatch {
    /// Readable when something has happened; nil where the system can't tell.
    let descriptor: Int32?

    init(_ path: String) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else {
            self.descriptor = nil
            return
        }
        self.descriptor = descriptor
        // The folder tells of both, also of a file that isn't there yet.
        var folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if folder.isEmpty { folder = path.hasPrefix("/") ? "/" : "." }
        inotify_add_watch(descriptor, folder, UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE))
    }

    deinit { if let descriptor { close(descriptor) } }

    /// Forgets what has happened.
    func clear() {
        guard let descriptor else { return }
        var events = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &events, events.count) == events.count {}
    }
}
