/// The options that every program has.
import ArgumentParser
import Common
import Foundation
import Logging
import Testing
import TestSupport

@Suite("Log options", .timeLimit(.minutes(5)))
final class LogOptionsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("The defaults are INFO and streamllm.log")
    func defaults() throws {
        let options = try LogOptions.parse([])
        #expect(options.logLevel == .info)
        #expect(options.logFile == "streamllm.log")
    }

    @Test(
        "A level's name is understood in either case",
        arguments: [
            ("DEBUG", .debug), ("info", .info), ("Warning", .warning), ("ERROR", .error), ("critical", .critical),
        ] as [(String, Logger.Level)])
    func levels(_ name: String, _ level: Logger.Level) throws {
        let options = try LogOptions.parse(["--log-level", name, "--log-file", "none"])
        #expect(options.makeLogger("test", try options.makeOutput()).logLevel == level)
    }

    @Test("Other levels are refused", arguments: ["", "TRACE", "WARN", "0", "verbose"])
    func unknownLevel(_ name: String) {
        #expect(throws: (any Error).self) { try LogOptions.parse(["--log-level", name]) }
    }

    @Test("The logger writes to the file it was given")
    func file() throws {
        let path = folder.file("a.log")
        let options = try LogOptions.parse(["--log-file", path])
        let output = try options.makeOutput()
        options.makeLogger("program", output).info("hello")
        output.flush()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasSuffix(" INFO program: hello\n"))
    }
}
