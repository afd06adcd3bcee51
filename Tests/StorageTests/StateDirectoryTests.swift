/// Which folders state is kept in, and which aren't trusted.
import Foundation
import Testing
import TestSupport

@testable import Storage

@Suite("The state directory", .timeLimit(.minutes(5)))
final class StateDirectoryTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    /// Why the directory isn't used; nil where it is.
    private func refusal() -> String? {
        do {
            _ = try StateDirectory(path)
            return nil
        } catch {
            #expect(error.code == 73)
            #expect(error.description.contains(path))
            return error.description
        }
    }

    @Test(
        "one that everybody may write to is refused, unless nobody can exchange there what isn't theirs",
        arguments: [(0o700, nil), (0o775, nil), (0o777, "everybody may write there"), (0o1777, nil)]
            as [(mode_t, String?)])
    func modes(_ mode: mode_t, _ reason: String?) {
        chmod(path, mode)
        if let reason { #expect(refusal()?.contains(reason) == true) } else { #expect(refusal() == nil) }
    }

    @Test(
        "a link in the place of one of its files is refused, and nothing is made where it leads",
        arguments: ["streamllm.sqlite", "streamllm.sqlite-wal", "streamllm.sqlite-shm", "lock"])
    func link(_ name: String) throws {
        try #require(symlink(folder.file("victim"), path + "/" + name) == 0)
        #expect(refusal()?.contains("\(name) there is a symbolic link") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.file("victim")))
    }

    @Test("a folder in the place of the database is refused")
    func folderForFile() throws {
        try FileManager.default.createDirectory(
            atPath: path + "/streamllm.sqlite", withIntermediateDirectories: false)
        #expect(refusal()?.contains("isn't a file") == true)
    }

    @Test(
        "what belongs to another user is refused, the folder as well as a file in it",
        .enabled(if: geteuid() == 0, "only root can give files away"), arguments: ["", "/streamllm.sqlite", "/lock"])
    func another(_ name: String) throws {
        if !name.isEmpty { _ = FileManager.default.createFile(atPath: path + name, contents: nil) }
        try #require(chown(path + name, 65_534, 65_534) == 0)
        #expect(refusal()?.contains("belongs to another user (65534)") == true)
    }
}
