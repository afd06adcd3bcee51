/// Messages that are typed on the page.
import Chat
import Common
import Foundation
import Records
import Synchronization

/// Appends messages to a JSON Lines file, which a producer follows. Safe to use from anywhere.
final class ComposeFile: Sendable {
    static let longestText = 64 << 10

    /// What was typed.
    struct Message: Decodable {
        let session_id: String
        let sender: Sender
        let message: String
    }

    /// What is wrong with it, for people.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private let path: String
    /// One line after the other.
    private let lock = Mutex(())

    /// - Throws: ``ExitStatus`` 73 when the file can't be written.
    init(_ path: String) throws(ExitStatus) {
        self.path = path
        let file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard file >= 0, Self.isFile(file) else {
            if file >= 0 {
                close(file)
                throw .cannotCreate("What is typed can't be written there: \(path) isn't a file.")
            }
            throw .cannotCreate(
                "The file for what is typed can't be written: \(path): \(String(cString: strerror(errno))).")
        }
        close(file)
    }

    /// Appends a message, with the time.
    ///
    /// - Throws: ``Refusal``.
    func append(_ json: Data, at time: Timestamp) throws {
        guard let message = try? JSONDecoder().decode(Message.self, from: json) else {
            throw Refusal(description: "no message: session_id, sender (customer or rm) and message are needed")
        }
        guard 1...MessageDecoder.longestSessionID ~= message.session_id.utf8.count else {
            throw Refusal(description: "a session's name has 1 to \(MessageDecoder.longestSessionID) bytes")
        }
        guard 1...Self.longestText ~= message.message.utf8.count else {
            throw Refusal(description: "a message has 1 to \(Self.longestText) bytes")
        }
        let line = JSONWriter.bytes { json in
            json.object { json in
                json.field("session_id", message.session_id)
                json.field("timestamp", time)
                json.field("sender", message.sender.name)
                json.field("message", message.message)
            }
        }
        try lock.withLock { _ in try write(line + [UInt8(ascii: "\n")]) }
    }

    /// Opened anew each time: somebody may have put another file in its place, which the producer reads then.
    private func write(_ line: [UInt8]) throws {
        let file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        guard Self.isFile(file) else { throw Refusal(description: "where it would be written there isn't a file") }
        var line = line
        // Behind half a line of somebody else's a new one is begun.
        let size = lseek(file, 0, SEEK_END)
        var last = UInt8(ascii: "\n")
        if size > 0, pread(file, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") {
            line.insert(UInt8(ascii: "\n"), at: 0)
        }
        guard Glibc.write(file, line, line.count) == line.count else {
            let failure = failure()
            // The disk is full, and half of it is there.
            if size >= 0 { ftruncate(file, size) }
            throw failure
        }
    }

    /// Whoever reads a pipe may not read it, and then nothing could be written.
    private static func isFile(_ file: Int32) -> Bool {
        var status = stat()
        return fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private func failure() -> Refusal {
        Refusal(description: "the file can't be written: \(String(cString: strerror(errno)))")
    }
}
