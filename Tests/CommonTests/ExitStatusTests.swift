/// Exit codes.
import Foundation
import Testing
import TestSupport

@testable import Common

@Suite("Exit status", .timeLimit(.minutes(5)))
struct ExitStatusTests {
    @Test(
        "Codes are those of sysexits, and the text is the caller's",
        arguments: [
            (.usage("why"), 64), (.noInput("why"), 66), (.unavailable("why"), 69), (.software("why"), 70),
            (.cannotCreate("why"), 73), (.inputOutput("why"), 74),
        ] as [(Common.ExitStatus, Int32)])
    func codes(_ status: Common.ExitStatus, _ code: Int32) {
        #expect(status.code == code)
        #expect(status.description == "why")
    }

    /// An error whose text has what may not be printed.
    private struct Library: Error, CustomStringConvertible {
        let description = "near \"sk-1\": /build/file.c:7"
    }

    @Test("An error of a library's is said in the system's words, or has the name of its type")
    func libraries() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: folder.path + "/file"))
        func words(_ body: () throws -> Void) -> String {
            do { try body() } catch { return plainError(error) }
            return "nothing was thrown"
        }
        #expect(
            words { _ = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/none") }
                == "no such file or directory")
        #expect(
            words {
                try FileManager.default.createDirectory(
                    atPath: folder.path + "/file/x", withIntermediateDirectories: true)
            } == "not a directory")
        #expect(words { throw POSIXError(.ENOSPC) } == "no space left on device")
        #expect(words { throw Common.ExitStatus.usage("why") } == "why")
        #expect(words { throw Library() } == "Library")
        #expect(words { throw CancellationError() } == "CancellationError")
    }
}
