/// Files, folders and pipes as input.
import Common
import Foundation
import Testing
import TestSupport
import Threads

@testable import Producing

@Suite("Input file", .timeLimit(.minutes(5)))
final class InputFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refusal(_ path: String) -> Common.ExitStatus? {
        #expect(throws: Common.ExitStatus.self) {
            try InputFile.open(path, wakeup: Wakeup(), logger: LogCapture().logger)
        }
    }

    @Test("A file that isn't there ends the program with 66, and is named")
    func missing() {
        let path = folder.file("no-such-file.jsonl")
        let status = refusal(path)
        #expect(status?.code == 66)
        #expect(status?.description == "Input file not found: \(path)")
    }

    @Test("A folder ends the program with 66, and is named")
    func isFolder() {
        let status = refusal(folder.path)
        #expect(status?.code == 66)
        #expect(status?.description.contains(folder.path) == true)
    }

    @Test("What can't be opened for another reason ends the program with 66, too")
    func underAFile() throws {
        let path = try folder.write("file", "x") + "/input.jsonl"
        let status = refusal(path)
        #expect(status?.code == 66)
        #expect(status?.description.contains(path) == true)
    }

    @Test("A file is complete as it stands, and nobody writes to it any more")
    func file() throws {
        let input = try InputFile.open(
            try folder.write("input.jsonl", "one\n"), wakeup: Wakeup(), logger: LogCapture().logger)
        #expect(try input.isComplete())
        #expect(!input.isLive)
        #expect(input.offset == 0)
        var scanner = LineScanner(
            descriptor: input.descriptor, offset: input.offset, isStart: true, rules: LineRules(maxLineBytes: 100))
        let items = try scanner.scanAll()
        #expect(items == [.line("one")])
        withExtendedLifetime(input) {}
    }

    @Test("A pipe is kept in a file, and can be read from it again and again while it is still being written")
    func pipe() throws {
        let path = folder.file("pipe")
        try #require(mkfifo(path, 0o600) == 0)
        // Open for both, so that neither end waits for the other.
        let writer = open(path, O_RDWR | O_CLOEXEC)
        try #require(writer >= 0)
        let wakeup = try Wakeup()
        let input = try InputFile.open(path, wakeup: wakeup, logger: LogCapture().logger)
        #expect(input.isLive)
        #expect(input.offset == 0)

        try #require(write(writer, "one\ntwo\nthr", 11) == 11)
        var scanner = LineScanner(
            descriptor: input.descriptor, offset: 0, isStart: true, rules: LineRules(maxLineBytes: 100))
        var items: [Scanned] = []
        while items.count < 2 {
            try #require(wakeup.wait())
            items += try scanner.scanAll(isComplete: false)
        }
        #expect(items == [.line("one"), .line("two")])
        #expect(try !input.isComplete())
        var second = LineScanner(
            descriptor: input.descriptor, offset: 0, isStart: true, rules: LineRules(maxLineBytes: 100))
        let again = try second.scanAll(isComplete: false)
        #expect(again == items)

        try #require(write(writer, "ee", 2) == 2)
        close(writer)
        while try !input.isComplete() { try #require(wakeup.wait()) }
        items = try scanner.scanAll(isComplete: true)
        #expect(items == [.line("three")])
        withExtendedLifetime(input) {}
    }

    @Test("A device without content is an input without lines")
    func device() throws {
        let wakeup = try Wakeup()
        let input = try InputFile.open("/dev/null", wakeup: wakeup, logger: LogCapture().logger)
        while try !input.isComplete() { try #require(wakeup.wait()) }
        var scanner = LineScanner(
            descriptor: input.descriptor, offset: 0, isStart: true, rules: LineRules(maxLineBytes: 100))
        let items = try scanner.scanAll()
        #expect(items == [])
        withExtendedLifetime(input) {}
    }
}
