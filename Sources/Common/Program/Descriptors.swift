/// The file descriptors that a program may have.
import Foundation

public enum Descriptors {
    /// No more are asked for. Each may become a connection that somebody else has opened, and a subscriber takes some 50 KiB,
    /// not counting what waits for it: those that have room are 600 MiB.
    static let most: rlim_t = 16_384

    /// How many there may be.
    public static var limit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(min(limit.rlim_cur, most))
    }

    /// How many there are.
    public static var count: Int {
        // Since Linux 6.2 the folder's size says it (proc_pid_fd(5)); before, one has to look at each.
        var status = stat()
        if stat("/proc/self/fd", &status) == 0, status.st_size > 0 { return Int(status.st_size) }
        guard let folder = opendir("/proc/self/fd") else {
            // There is none left to look with.
            return errno == EMFILE ? limit : 0
        }
        defer { closedir(folder) }
        // Itself, its parent, and the one that looks.
        var count = -3
        while readdir(folder) != nil { count += 1 }
        return count
    }

    /// Gives standard input, output and error something to be where whoever started the program has closed them. The next
    /// file that is opened would take such a place, and be read or written as if it were that. What is written to standard output
    /// fails, as it would without it: nobody is to believe that it has been read.
    static func fillStandard() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest number that is free is this one.
            _ = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR)
        }
    }

    /// Raises the soft limit to the hard one. The soft one is 1024 nearly everywhere, for programs that use select(2), which
    /// has no room for more; none of ours does.
    static func raiseLimit() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < most else { return }
        limit.rlim_cur = min(limit.rlim_max, most)
        setrlimit(resource, &limit)
    }
}
