/// Files of a test's own.
import Foundation

/// A folder with a short name, removed with everything in it when the last reference goes.
///
/// A suite keeps it in a property: an instance of a suite lives exactly as long as its test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        // Short, because the address of a Unix socket has no more than 107 bytes.
        let name = "sl-" + String(UInt32.random(in: .min ... .max), radix: 36)
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { path + "/" + name }
}
