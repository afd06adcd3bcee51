/// Inputs that are kept in the repository.
import Foundation

extension FuzzTarget {
    /// The folder of a target's kept inputs: those that once found something.
    static func corpus(of target: FuzzTarget) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Corpus").appendingPathComponent(target.name)
    }

    /// A target's kept inputs, with their files' names, in a fixed order.
    var kept: [(name: String, input: [UInt8])] {
        get throws {
            let folder = Self.corpus(of: self)
            guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
            return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
                (name, [UInt8](try Data(contentsOf: folder.appendingPathComponent(name))))
            }
        }
    }
}
