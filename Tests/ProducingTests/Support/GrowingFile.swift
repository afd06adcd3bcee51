/// A file that is read while it is being written.
import Foundation
import TestSupport

/// A file of a test's own, open for reading and for appending. It goes with its folder.
final class GrowingFile {
    /// For reading.
    let descriptor: Int32
    let path: String
    private let writer: Int32
    private let folder: TemporaryFolder

    private struct NoFile: Error {
        let code: Int32
    }

    init(_ content: [UInt8] = []) throws {
        folder = try TemporaryFolder()
        path = try folder.write("input.jsonl", content)
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        writer = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        if descriptor < 0 || writer < 0 { throw NoFile(code: errno) }
    }

    convenience init(_ content: String) throws { try self.init(Array(content.utf8)) }

    deinit {
        close(descriptor)
        close(writer)
    }

    func append(_ bytes: [UInt8]) throws {
        guard write(writer, bytes, bytes.count) == bytes.count else { throw NoFile(code: errno) }
    }

    func append(_ text: String) throws { try append(Array(text.utf8)) }

    /// Writes over what stands there.
    func fillIn(_ text: String, at place: Int) throws {
        let other = open(path, O_WRONLY | O_CLOEXEC)
        defer { close(other) }
        let bytes = Array(text.utf8)
        guard pwrite(other, bytes, bytes.count, off_t(place)) == bytes.count else { throw NoFile(code: errno) }
    }

    func truncate(to size: Int) throws {
        guard ftruncate(writer, off_t(size)) == 0 else { throw NoFile(code: errno) }
    }
}
