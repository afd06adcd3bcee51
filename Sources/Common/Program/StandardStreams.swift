/// What a program says outside its log: an answer, or why there is none.
import Foundation

public enum StandardStreams {
    /// Writes an answer, and a line feed, to standard output. Where its reader has gone, nothing more is said.
    ///
    /// - Throws: ``ExitStatus`` 74 when it can't be written, to a full disk for example.
    public static func answer(_ text: String) throws(ExitStatus) {
        let error = writeAll(Array("\(text)\n".utf8), to: STDOUT_FILENO)
        guard error == 0 || error == EPIPE else {
            throw .inputOutput("Standard output can't be written: \(String(cString: strerror(error)))")
        }
    }

    /// Writes a line to standard error, if that is possible.
    public static func complain(_ text: String) { writeAll(Array("\(text)\n".utf8), to: STDERR_FILENO) }
}
