/// Which files the log is written to, and which it isn't.
import Foundation
import Testing
import TestSupport

@testable import Common

@Suite("The log's file", .timeLimit(.minutes(5)))
final class LogFileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("a.log")
    }

    /// What is said of the file that is at the path, or why it isn't used.
    private func remark(_ name: String = "a.log") -> String? {
        do {
            let (descriptor, remark) = try LogFile.open(folder.file(name))
            close(descriptor)
            return remark
        } catch {
            #expect(error.code == 73)
            #expect(error.description.contains(folder.file(name)) && error.description.contains("--log-file"))
            return error.description
        }
    }

    @Test("A file of one's own is appended to, whether or not it is there; a link of one's own leads to it")
    func own() throws {
        #expect(remark() == nil)
        try #require(symlink(path, folder.file("link.log")) == 0)
        #expect(remark("link.log") == nil)
    }

    @Test("A pipe that nobody reads is refused at once; one that is read is written to")
    func pipe() throws {
        try #require(mkfifo(path, 0o600) == 0)
        #expect(remark()?.contains("a pipe that nobody reads") == true)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        #expect(remark() == nil)
        close(reader)
    }

    @Test("Moved away, it is gone on in a new one; where that can't be, in the old one, which says so")
    func rotation() throws {
        let output = try LogOutput(path: path, standardError: Foundation.open("/dev/null", O_WRONLY | O_CLOEXEC))
        func say(_ message: String) {
            output.write(LogLine(level: .info, program: "test", message: message))
            output.flush()
        }
        say("one")
        try #require(rename(path, folder.file("old.log")) == 0)
        say("two")
        output.reopen()
        say("three")
        #expect(try lines("old.log") == ["INFO test: one", "INFO test: two"])
        #expect(try lines("a.log") == ["INFO test: three"])
        // A folder has come into its place.
        try #require(rename(path, folder.file("older.log")) == 0 && mkdir(path, 0o700) == 0)
        output.reopen()
        say("four")
        let last = try lines("older.log")
        #expect(last.first == "INFO test: three" && last.last == "INFO test: four")
        #expect(last.count == 3 && last[1].hasPrefix("ERROR log: Log file can't be written: \(path)"))
    }

    /// The lines of a file, without their times.
    private func lines(_ name: String) throws -> [String] {
        try String(contentsOfFile: folder.file(name), encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: " ", maxSplits: 1).dropFirst().joined()
        }
    }

    @Test("A file that everybody may write to is used, and the log says so")
    func everybodys() throws {
        _ = try folder.write("a.log", "")
        chmod(path, 0o666)
        #expect(remark()?.contains("can be written by everybody") == true)
        let output = try LogOutput(path: path, standardError: Foundation.open("/dev/null", O_WRONLY | O_CLOEXEC))
        let options = try LogOptions.parse(["--log-file", path])
        _ = options.makeLogger("test", output)
        output.flush()
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains(" WARNING test: Log file \(path) can be"))
    }

    @Test(
        "What another user has put there is refused, and left as it is; in a folder of that user's it is used",
        .enabled(if: geteuid() == 0, "only root can give files away"), arguments: ["file", "link"])
    func another(_ kind: String) throws {
        let nobody: uid_t = 65_534
        if kind == "file" {
            _ = try folder.write("a.log", "")
        } else {
            try #require(symlink(folder.file("elsewhere"), path) == 0)
        }
        try #require(lchown(path, nobody, nobody) == 0)
        #expect(remark()?.contains("another user") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.file("elsewhere")))
        try #require(chown(folder.path, nobody, nobody) == 0)
        #expect(remark() == nil)
    }
}
