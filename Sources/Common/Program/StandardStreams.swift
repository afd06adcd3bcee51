/// What a program says outside its log: an answer, or why there is none.
import Foundation

public enum StandardStreams {
    /// Writes an answer, and a line feed, to standard output. Where its reader has gone, nothing more is said.
    ///
    /// - Throws: ``ExitStatus`` 74 when it can't be written, to a full disk for example.
    public static func answer(_ text: String) throws(ExitStatus) {
        let error = write(text + "\n", to: STDOUT_FILENO)
        guard error == 0 || error == EPIPE else {
            throw .inputOutput("Standard output can't be written: \(String(cString: strerror(error)))")
        }
    }

    /// Writes a line to standard error, if that is possible.
    public static func complain(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

    /// - Returns: what prevented it; 0: nothing.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}
