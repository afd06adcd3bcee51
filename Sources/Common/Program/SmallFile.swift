/// Files that settings name: a page of text at most.
import Foundation

/// Reads what somebody has written for a program. Whoever it is that has put something else there, the program isn't kept
/// waiting: not by a pipe into which nobody writes, and not by a device without end.
public enum SmallFile {
    public enum Problem: Error, Hashable, Sendable {
        case unreadable, tooLarge, notText
    }

    /// Seconds for which somebody may write into a pipe.
    private static let patience = 10.0

    /// - Parameters:
    ///   - limit: bytes.
    ///   - mayBePipe: what has been read once from a pipe isn't there a second time.
    public static func text(of path: String, limit: Int, mayBePipe: Bool = true) throws(Problem) -> String {
        // Else open(2) itself would wait for somebody to write.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .unreadable }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG || path == "/dev/null" || kind == S_IFIFO && mayBePipe else { throw .unreadable }
        let bytes = try bytes(of: descriptor, atMost: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
        // A mark of the byte order, as editors of Windows put it there.
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    private static func bytes(of descriptor: Int32, atMost limit: Int) throws(Problem) -> [UInt8] {
        let end = Date().addingTimeInterval(patience)
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &part, part.count)
            if count == 0 { return bytes }
            if count < 0 {
                guard errno == EAGAIN || errno == EINTR, end.timeIntervalSinceNow > 0 else { throw .unreadable }
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&waiting, 1, 100)
                continue
            }
            bytes += part.prefix(count)
            guard bytes.count <= limit else { throw .tooLarge }
        }
    }
}
