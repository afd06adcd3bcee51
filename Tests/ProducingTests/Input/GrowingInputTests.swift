/// Lines of a file that is still being written.
import Testing

@testable import Producing

@Suite("Lines of a growing file", .timeLimit(.minutes(5)))
struct GrowingInputTests {
    private let file: GrowingFile

    init() throws { file = try GrowingFile() }

    private func scanner(limit: Int = 1000) -> LineScanner {
        LineScanner(descriptor: file.descriptor, offset: 0, isStart: true, rules: LineRules(maxLineBytes: limit))
    }

    @Test("A line counts as one when its line feed has come")
    func lineFeed() throws {
        var scanner = scanner()
        #expect(try scanner.scanAll(isComplete: false) == [])
        try file.append("one\ntw")
        #expect(try scanner.scanAll(isComplete: false) == [.line("one")])
        #expect(try scanner.scanAll(isComplete: false) == [])
        try file.append("o")
        #expect(try scanner.scanAll(isComplete: false) == [])
        try file.append("\nthree\nfour\r")
        #expect(try scanner.scanAll(isComplete: false) == [.line("two"), .line("three")])
        try file.append("\nfive")
        #expect(try scanner.scanAll(isComplete: false) == [.line("four")])
        #expect(try scanner.scanAll(isComplete: true) == [.line("five")])
        #expect(try scanner.scanAll(isComplete: true) == [])
    }

    @Test("Byte by byte, the lines are those of the whole file")
    func byteByByte() throws {
        let content = Array("\u{FEFF}one\r\n\n \ntwo é\nthis one is over the limit\nlast".utf8)
        var scanner = scanner(limit: 12)
        var items: [Scanned] = []
        for byte in content {
            try file.append([byte])
            items += try scanner.scanAll(isComplete: false)
        }
        #expect(items == [.line("one"), .line("two é"), .tooLong(line: 5, bytes: 26)])
        #expect(try scanner.scanAll(isComplete: true) == [.line("last")])
    }

    @Test("Nothing is said of a byte-order mark's place before it is known what stands there")
    func markInPieces() throws {
        var scanner = scanner()
        for byte in [0xEF, 0xBB, 0xBF] as [UInt8] {
            try file.append([byte])
            #expect(try scanner.scan(isComplete: false) == .nothing)
        }
        try file.append("x\n")
        #expect(try scanner.scan(isComplete: false) == .line("x"))
    }

    @Test("A file that ends within what may become a mark has that as its line")
    func endWithinMark() throws {
        var scanner = scanner()
        try file.append([0xEF, 0xBB])
        #expect(try scanner.scan(isComplete: false) == .nothing)
        #expect(try scanner.scan(isComplete: true) == .line(String(decoding: [0xEF, 0xBB] as [UInt8], as: UTF8.self)))
    }

    @Test(
        "A mark at the start of a later line belongs to it, however short the first line was",
        arguments: ["", "a", "ab", "\r", "abc"])
    func shortFirstLine(_ first: String) throws {
        var scanner = scanner()
        try file.append(first + "\n")
        var items = try scanner.scanAll(isComplete: false)
        try file.append("\u{FEFF}two\n")
        items += try scanner.scanAll(isComplete: false)
        let expected: [Scanned] = [.line("\u{FEFF}two")]
        #expect(items == (first == "" || first == "\r" ? expected : [.line(first)] + expected))
    }

    @Test("A line over the limit that comes in pieces is reported once, with its whole size")
    func longLineInPieces() throws {
        var scanner = scanner(limit: 1 << 20)
        try file.append("first\n")
        var items: [Scanned] = []
        let piece = [UInt8](repeating: 0x78, count: 300_000)
        for _ in 0..<10 {
            try file.append(piece)
            items += try scanner.scanAll(isComplete: false)
        }
        #expect(items == [.line("first")])
        try file.append("\nnext\n")
        items += try scanner.scanAll(isComplete: false)
        #expect(items == [.line("first"), .tooLong(line: 2, bytes: 3_000_000), .line("next")])
        try file.append(piece + piece + piece + piece)
        #expect(try scanner.scanAll(isComplete: false) == [])
        #expect(try scanner.scanAll(isComplete: true) == [.tooLong(line: 4, bytes: 1_200_000)])
    }

    @Test("While a line is incomplete, the place of what comes next is its beginning, or behind it within its own line")
    func offset() throws {
        var scanner = scanner()
        try file.append("one\ntw")
        _ = try scanner.scanAll(isComplete: false)
        let place = scanner.offset
        #expect(place == 4)
        try file.append("o\n")
        #expect(try scanner.scanAll(isComplete: false) == [.line("two")])
    }

    @Test(
        "Room that a writer has reserved at the end is read once it is filled in, and what it gives back isn't missed",
        arguments: [1, 4, 100, 60_000, 256 << 10, 300_000, 1_000_000])
    func reserved(_ room: Int) throws {
        var scanner = scanner()
        try file.append("one\n")
        try file.append([UInt8](repeating: 0, count: room))
        #expect(try scanner.scanAll(isComplete: false) == [.line("one")])
        try file.fillIn("two\n", at: 4)
        #expect(try scanner.scanAll(isComplete: false) == [.line("two")])
        try file.fillIn("thr", at: 8)
        #expect(try scanner.scanAll(isComplete: false) == [])
        try file.fillIn("ee\nfour\n", at: 11)
        #expect(try scanner.scanAll(isComplete: false) == [.line("three"), .line("four")])
        #expect(scanner.mark.end == 19)
        try file.truncate(to: 19)
        #expect(try scanner.scanAll(isComplete: false) == [])
        try file.append("five\n")
        #expect(try scanner.scanAll(isComplete: false) == [.line("five")])
        // Filled in and gone on behind, between two looks.
        try file.append([UInt8](repeating: 0, count: room))
        #expect(try scanner.scanAll(isComplete: false) == [])
        try file.fillIn("six\n", at: 24)
        try file.append("seven\n")
        #expect(try scanner.scanAll(isComplete: false) == [.line("six"), .line("seven")])
        #expect(try scanner.scanAll(isComplete: true) == [])
    }

    @Test("A file of nothing but reserved room", arguments: [1, 100_000, 600_000, 1 << 30])
    func onlyRoom(_ room: Int) throws {
        var scanner = scanner()
        try file.truncate(to: room)
        #expect(try scanner.scanAll(isComplete: false) == [])
        for number in 0..<50 {
            try file.fillIn("line \(number + 10)\n", at: number * 8)
            #expect(scanner.offset == number * 8)
            #expect(try scanner.scanAll(isComplete: false) == [.line("line \(number + 10)")])
        }
    }

    @Test("A line that breaks off, zeros beyond the limit, and more: over the limit, and what comes then is read")
    func brokenOff() throws {
        var scanner = scanner(limit: 100)
        try file.append("one\ntw")
        try file.append([UInt8](repeating: 0, count: 700_000))
        #expect(try scanner.scanAll(isComplete: false) == [.line("one")])
        #expect(scanner.bufferSize < 300_000)
        try file.append("o\nthree\n")
        #expect(try scanner.scanAll(isComplete: false) == [.tooLong(line: 2, bytes: 700_003), .line("three")])
        #expect(try scanner.scanAll(isComplete: true) == [])
    }

    @Test("An over-long line in reserved room has its size")
    func longLineInRoom() throws {
        var scanner = scanner(limit: 100)
        try file.append([UInt8](repeating: 0, count: 600_000))
        try file.fillIn(String(repeating: "x", count: 300_000), at: 0)
        #expect(try scanner.scanAll(isComplete: false) == [])
        try file.fillIn("y\nnext\n", at: 300_000)
        #expect(try scanner.scanAll(isComplete: false) == [.tooLong(line: 1, bytes: 300_001), .line("next")])
    }
}
