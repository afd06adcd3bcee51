/// The log file, line by line.
import Chat
import Common
import Foundation
import Logging
import Testing
import TestSupport

@Suite("Log", .timeLimit(.minutes(5)))
final class LineLogHandlerTests {
    private let folder: TemporaryFolder
    private let path: String
    private var outputs: [LogOutput] = []

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("test.log")
    }

    private func logger() throws -> Logger {
        let output = try LogOutput(path: path)
        outputs.append(output)
        return Logger(label: "test") { LineLogHandler(label: $0, output: output) }
    }

    /// What is in the file when everything is written.
    private func lines() throws -> [String] {
        for output in outputs { output.flush() }
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// A line without the time at its beginning, which must be one.
    private func body(_ line: String) throws -> String {
        let parts = line.split(separator: " ", maxSplits: 1)
        #expect(Timestamp(String(parts[0])) != nil)
        return String(try #require(parts.last))
    }

    @Test("A message is one line: time, level, program, text")
    func line() throws {
        try logger().warning("a queue is full")
        let lines = try lines()
        #expect(lines.count == 1)
        #expect(try body(try #require(lines.first)) == "WARNING test: a queue is full")
    }

    @Test("What comes from outside is escaped, so that it can't fake a line or drive a terminal")
    func escapes() throws {
        try logger().info(
            "session \("x\n2025-01-01T00:00:00.000Z ERROR test: fake\u{1B}[2J\u{9B}")", metadata: ["id": "a\r\nb\0"])
        let lines = try lines()
        #expect(lines.count == 1)
        #expect(
            try body(try #require(lines.first))
                == #"INFO test: session x\n2025-01-01T00:00:00.000Z ERROR test: fake\u{1b}[2J\u{9b} id=a\r\nb\u{0}"#)
    }

    @Test("Metadata stands behind the text by name, the message's own before the logger's")
    func metadata() throws {
        var logger = try logger()
        logger[metadataKey: "b"] = "logger"
        logger[metadataKey: "c"] = "kept"
        #expect(logger[metadataKey: "c"] == "kept")
        logger.error("text", metadata: ["b": "message", "a": "1"])
        #expect(try body(try #require(try lines().first)) == "ERROR test: text a=1 b=message c=kept")
    }

    @Test("Messages below the level aren't written")
    func levels() throws {
        var logger = try logger()
        logger.debug("not at the start")
        logger.logLevel = .warning
        logger.info("not now")
        logger.critical("this")
        logger.logLevel = .debug
        logger.debug("and this")
        #expect(try lines().map { try body($0) } == ["CRITICAL test: this", "DEBUG test: and this"])
    }

    @Test("A second program appends to the same file")
    func appends() throws {
        let first = try logger()
        // Each has a thread of its own that writes.
        first.info("one")
        #expect(try lines().count == 1)
        let second = try logger()
        second.info("two")
        #expect(try lines().count == 2)
        first.info("three")
        #expect(try lines().map { try body($0) } == ["INFO test: one", "INFO test: two", "INFO test: three"])
    }

    @Test("The file is for its owner alone")
    func permissions() throws {
        try logger().info("x")
        #expect(try lines().count == 1)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("A file that can't be opened ends the program with 73 and its name")
    func cannotOpen() {
        let path = folder.file("no-such-folder/test.log")
        let error = #expect(throws: Common.ExitStatus.self) { try LogOutput(path: path) }
        #expect(error?.code == 73)
        #expect(error?.description.contains(path) == true)
        #expect(error?.description.contains("--log-file") == true)
    }
}
