/// A disk that can be filled.
import Foundation
import TestSupport

/// A tmpfs of its own, where one may be mounted: that needs root. Elsewhere it is a folder like any other, and can't be filled.
final class SmallDisk: Sendable {
    /// Enough for a round's store, its WAL included.
    static let ordinarySize = 80 << 20

    let path: String
    let canBeFilled: Bool
    private var filler: String { path + "/filler" }

    /// - Parameter size: in bytes.
    init(_ path: String, size: Int = SmallDisk.ordinarySize) async throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        canBeFilled = try await Self.run("mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", path)
    }

    /// Takes all the room there is.
    func fill() {
        guard canBeFilled else { return }
        let descriptor = open(filler, O_WRONLY | O_CREAT, 0o600)
        let block = [UInt8](repeating: 0, count: 64 << 10)
        while write(descriptor, block, block.count) > 0 {}
        close(descriptor)
    }

    /// Gives the room back.
    func clear() { unlink(filler) }

    func unmount() async throws { if canBeFilled { _ = try await Self.run("umount", "-l", path) } }

    private static func run(_ command: String...) async throws -> Bool {
        try await RunningProgram("/usr/bin/env", command).exit() == 0
    }
}
