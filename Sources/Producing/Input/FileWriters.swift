/// Whether anybody may still write to a file.
import Glibc

enum FileWriters {
    /// Linux's numbers for leases (fcntl(2)).
    private static let setSignal = Int32(10), setLease = Int32(1024)

    /// Asks the system whether any process has a file open for writing: a lease for reading is only given where none has.
    ///
    /// - Parameter descriptor: of the file, open for reading only.
    /// - Returns: nil where that can't be known: the file belongs to somebody else, or its file system has no leases.
    static func exist(of descriptor: Int32) -> Bool? {
        // Whoever opens the file meanwhile makes the system signal that; this signal does nothing by default.
        guard fcntl(descriptor, setSignal, SIGURG) == 0 else { return nil }
        if fcntl(descriptor, setLease, Int32(F_RDLCK)) == 0 {
            _ = fcntl(descriptor, setLease, Int32(F_UNLCK))
            return false
        }
        return errno == EAGAIN || errno == EWOULDBLOCK ? true : nil
    }
}
