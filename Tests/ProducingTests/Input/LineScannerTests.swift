/// What a line is.
import Common
import Foundation
import Testing
import TestSupport

@testable import Producing

@Suite("Line scanner", .timeLimit(.minutes(5)))
struct LineScannerTests {
    private func scan(_ content: [UInt8], offset: Int = 0, isStart: Bool = true, limit: Int = 1 << 20) throws
        -> [Scanned]
    {
        let file = try GrowingFile(content)
        return try withExtendedLifetime(file) {
            var scanner = LineScanner(
                descriptor: file.descriptor, offset: offset, isStart: isStart, rules: LineRules(maxLineBytes: limit))
            return try scanner.scanAll()
        }
    }

    private func scan(_ content: String, limit: Int = 1 << 20) throws -> [Scanned] {
        try scan(Array(content.utf8), limit: limit)
    }

    static let contents: [(content: String, lines: [String])] = [
        // Ends of lines.
        ("", []),
        ("one\n", ["one"]),
        ("one", ["one"]),
        ("one\ntwo\n", ["one", "two"]),
        ("one\ntwo", ["one", "two"]),
        ("one\r\ntwo\r\n", ["one", "two"]),
        ("one\r\ntwo", ["one", "two"]),
        ("one\ntwo\r\nthree\n", ["one", "two", "three"]),
        ("one\r", ["one"]),
        ("o\rne\n", ["o\rne"]),
        ("o\rne\r\n", ["o\rne"]),
        ("\rone\n", ["\rone"]),
        ("one\r\r\n", ["one\r"]),
        ("one\n\rtwo\n", ["one", "\rtwo"]),
        ("o\u{2028}n\u{85}e\u{B}\u{C}\n", ["o\u{2028}n\u{85}e\u{B}\u{C}"]),
        ("one\0two\n", ["one\0two"]),
        // Blank lines.
        ("\n", []),
        ("\n\n\n", []),
        ("\r\n\r\n", []),
        (" \n\t\n \t \r\n", []),
        ("   ", []),
        ("\r", []),
        ("\r\r\n", []),
        ("\n\none\n\n \ntwo\n\n", ["one", "two"]),
        (" one \n", [" one "]),
        // Holes before a line aren't part of it.
        ("\0\n", []), ("\0\0one\n\0two\0\n\0", ["one", "two\0"]),
        ("\u{A0}\n", ["\u{A0}"]),
        // A byte-order mark at the start, and elsewhere.
        ("\u{FEFF}", []),
        ("\u{FEFF}\n", []),
        ("\u{FEFF}one\ntwo\n", ["one", "two"]),
        ("\u{FEFF}one", ["one"]),
        ("\u{FEFF}\r\none\n", ["one"]),
        ("\u{FEFF}\u{FEFF}one\n", ["\u{FEFF}one"]),
        ("one\n\u{FEFF}two\n", ["one", "\u{FEFF}two"]),
        ("\n\u{FEFF}two\n", ["\u{FEFF}two"]),
        (" \u{FEFF}two\n", [" \u{FEFF}two"]),
        ("a\n", ["a"]),
        ("a", ["a"]),
        ("ab", ["ab"]),
        // Not ASCII.
        ("é 漢字 😀\n", ["é 漢字 😀"]),
    ]

    @Test("A file is cut into its lines; blank ones are passed over", arguments: contents)
    func lines(_ content: String, _ lines: [String]) throws {
        #expect(try scan(content) == lines.map { .line($0) })
    }

    @Test(
        "The beginning of a byte-order mark is none",
        arguments: [[0xEF], [0xEF, 0xBB], [0xEF, 0xBB, 0xBE], [0xBB, 0xBF]] as [[UInt8]])
    func partOfMark(_ bytes: [UInt8]) throws {
        let items = try scan(bytes + [0x61, 0x0A])
        #expect(items == [.line(String(decoding: bytes + [0x61], as: UTF8.self))])
        #expect(try scan(bytes) == [.line(String(decoding: bytes, as: UTF8.self))])
    }

    @Test("Bytes that aren't UTF-8 are left as they are")
    func anyBytes() throws {
        let line = (0...255 as ClosedRange<UInt8>).filter { $0 != 0x0A }
        let file = try GrowingFile(line + [0x0A] + line.reversed())
        try withExtendedLifetime(file) {
            var scanner = LineScanner(
                descriptor: file.descriptor, offset: 0, isStart: true, rules: LineRules(maxLineBytes: 1000))
            for expected in [line, line.reversed()] {
                guard case .line(let bytes) = try scanner.next(isComplete: true) else {
                    Issue.record("a line is missing")
                    return
                }
                let found = Array(bytes)
                // A zero at the beginning would be a hole.
                #expect(found == (expected.first == 0 ? Array(expected.dropFirst()) : expected))
            }
        }
    }

    @Test("At the end, nothing follows, however often one asks")
    func end() throws {
        let file = try GrowingFile("one")
        try withExtendedLifetime(file) {
            var scanner = LineScanner(
                descriptor: file.descriptor, offset: 0, isStart: true, rules: LineRules(maxLineBytes: 10))
            var items: [Scanned] = []
            for _ in 0..<4 { items.append(try scanner.scan()) }
            #expect(items == [.line("one"), .nothing, .nothing, .nothing])
        }
    }

    @Test(
        "Lines longer than the buffer come out whole, alone and between short ones",
        arguments: [
            (256 << 10) - 1, 256 << 10, (256 << 10) + 1, (256 << 10) + 63, 300_000, 512 << 10, 800_000, 1 << 20,
        ])
    func longLines(_ length: Int) throws {
        let long = String(repeating: "0123456789", count: length / 10) + String(repeating: "x", count: length % 10)
        #expect(try scan(long + "\n") == [.line(long)])
        #expect(try scan(long) == [.line(long)])
        #expect(
            try scan(long + "\r\nshort\r\n" + long + "\n\n" + long) == [
                .line(long), .line("short"), .line(long), .line(long),
            ])
        #expect(try scan("short\n" + long + "\nshort\n") == [.line("short"), .line(long), .line("short")])
    }

    @Test("Many short lines cross the buffer's end without a scratch")
    func manyLines() throws {
        let lines = (0..<50_000).map { "line \($0) " + String(repeating: "x", count: $0 % 31) }
        let items = try scan(lines.joined(separator: "\n"))
        #expect(items.count == lines.count)
        #expect(items == lines.map { .line($0) })
    }

    @Test("Reading can begin at any line's place, which the scanner names")
    func offsets() throws {
        let content = "\u{FEFF}one\r\n\n  \ntwo\n" + String(repeating: "x", count: 30) + "\nthree\nfour"
        let file = try GrowingFile(content)
        try withExtendedLifetime(file) {
            var scanner = LineScanner(
                descriptor: file.descriptor, offset: 0, isStart: true, rules: LineRules(maxLineBytes: 20))
            var rest: [Scanned] = [
                .line("one"), .line("two"), .tooLong(line: 5, bytes: 30), .line("three"), .line("four"),
            ]
            while !rest.isEmpty {
                var second = LineScanner(
                    descriptor: file.descriptor, offset: scanner.offset, isStart: scanner.offset == 0,
                    rules: LineRules(maxLineBytes: 20))
                let found = try second.scanAll()
                // Line numbers count from where reading began.
                #expect(found.map(\.withoutNumber) == rest.map(\.withoutNumber))
                #expect(try scanner.scan() == rest.removeFirst())
            }
            let end = scanner.offset
            #expect(end == content.utf8.count)
        }
    }

    @Test("A file read from the middle has no byte-order mark to skip")
    func middle() throws {
        let content = Array("one\n\u{FEFF}two\n".utf8)
        #expect(try scan(content, offset: 4, isStart: false) == [.line("\u{FEFF}two")])
        #expect(try scan(content, offset: 4, isStart: true) == [.line("two")])
        #expect(try scan(content, offset: content.count, isStart: false) == [])
        #expect(try scan(content, offset: content.count + 100, isStart: false) == [])
    }

    @Test("A file that can't be read ends the program with 74")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        let error = withExtendedLifetime(folder) {
            let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY)
            defer { close(descriptor) }
            var scanner = LineScanner(
                descriptor: descriptor, offset: 0, isStart: true, rules: LineRules(maxLineBytes: 10))
            return #expect(throws: Common.ExitStatus.self) { try scanner.next(isComplete: true) }
        }
        #expect(error?.code == 74)
    }
}

extension Scanned {
    fileprivate var withoutNumber: Scanned {
        if case .tooLong(_, let bytes) = self { .tooLong(line: 0, bytes: bytes) } else { self }
    }
}
