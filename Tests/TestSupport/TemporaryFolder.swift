/// A folder that goes when its test does.
import Foundation

/// A fresh folder with a short path: `ipc://` endpoints in it must stay under 108 bytes.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        var template = Array("/tmp/sllm-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A path inside the folder.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// An endpoint inside the folder.
    public func endpoint(_ name: String) -> String { "ipc://\(path)/\(name)" }

    /// Writes a file inside the folder and returns its path.
    public func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    /// Writes a file inside the folder and returns its path.
    public func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }
}
