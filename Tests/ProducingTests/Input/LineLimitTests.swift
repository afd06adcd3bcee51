/// Lines over the limit.
import Testing

@testable import Producing

@Suite("Lines over the limit", .timeLimit(.minutes(5)))
struct LineLimitTests {
    private static let mebibyte = 1 << 20

    private func scan(_ content: String, limit: Int) throws -> (items: [Scanned], buffer: Int) {
        let file = try GrowingFile(content)
        return try withExtendedLifetime(file) {
            var scanner = LineScanner(
                descriptor: file.descriptor, offset: 0, isStart: true, rules: LineRules(maxLineBytes: limit))
            return (try scanner.scanAll(), scanner.bufferSize)
        }
    }

    private func text(_ length: Int) -> String { String(repeating: "x", count: length) }

    static let small: [(content: String, items: [Scanned])] = [
        ("0123456789\n", [.line("0123456789")]),
        ("0123456789", [.line("0123456789")]),
        ("0123456789\r\n", [.line("0123456789")]),
        ("0123456789\r", [.line("0123456789")]),
        ("0123456789x\n", [.tooLong(line: 1, bytes: 11)]),
        ("0123456789x", [.tooLong(line: 1, bytes: 11)]),
        ("0123456789x\r\n", [.tooLong(line: 1, bytes: 11)]),
        ("0123456789\r\r\n", [.tooLong(line: 1, bytes: 11)]),
        ("é234567890\n", [.tooLong(line: 1, bytes: 11)]),
        ("\u{FEFF}0123456789\n", [.line("0123456789")]),
        ("\u{FEFF}0123456789x\n", [.tooLong(line: 1, bytes: 11)]),
        ("a\n0123456789x\nb\n", [.line("a"), .tooLong(line: 2, bytes: 11), .line("b")]),
        ("\n\n \n0123456789x\n", [.tooLong(line: 4, bytes: 11)]),
        (
            "0123456789x\n0123456789xy\n\n0123456789xyz",
            [.tooLong(line: 1, bytes: 11), .tooLong(line: 2, bytes: 12), .tooLong(line: 4, bytes: 13)]
        ),
    ]

    @Test(
        "A line over the limit is reported with its place, as an editor counts, and its size; the next ones follow",
        arguments: small)
    func reports(_ content: String, _ items: [Scanned]) throws {
        #expect(try scan(content, limit: 10).items == items)
    }

    @Test("Lines of exactly the limit are fine, one byte more isn't", arguments: ["\n", "\r\n", ""])
    func exactly(_ end: String) throws {
        let limit = Self.mebibyte
        #expect(try scan(text(limit) + end, limit: limit).items == [.line(text(limit))])
        #expect(try scan(text(limit + 1) + end, limit: limit).items == [.tooLong(line: 1, bytes: limit + 1)])
        #expect(try scan(text(limit + 2) + end, limit: limit).items == [.tooLong(line: 1, bytes: limit + 2)])
    }

    @Test("Lines far over the limit are passed over, at the start, in a row, at the end without a line feed")
    func large() throws {
        let long = text(3_000_000)
        #expect(try scan(long + "\n", limit: Self.mebibyte).items == [.tooLong(line: 1, bytes: 3_000_000)])
        #expect(try scan(long, limit: Self.mebibyte).items == [.tooLong(line: 1, bytes: 3_000_000)])
        let content = ["a", long, long + "y", "b", "", long + "yz", "c", long].joined(separator: "\n")
        #expect(
            try scan(content, limit: Self.mebibyte).items == [
                .line("a"), .tooLong(line: 2, bytes: 3_000_000), .tooLong(line: 3, bytes: 3_000_001), .line("b"),
                .tooLong(line: 6, bytes: 3_000_002), .line("c"), .tooLong(line: 8, bytes: 3_000_000),
            ])
    }

    @Test("However long a line is, memory stays within twice the limit and the first buffer")
    func boundedMemory() throws {
        let content = text(20_000_000) + "\n" + text(Self.mebibyte) + "\nend"
        let (items, buffer) = try scan(content, limit: Self.mebibyte)
        #expect(items == [.tooLong(line: 1, bytes: 20_000_000), .line(text(Self.mebibyte)), .line("end")])
        #expect(buffer <= 2 * Self.mebibyte + 4096)
        #expect(try scan(content, limit: 1000).buffer <= (256 << 10) + 4096)
    }

    @Test("A limit far under the buffer's size cuts nothing out of what follows", arguments: [1, 100, 10_000])
    func smallLimit(_ limit: Int) throws {
        let long = text(1_000_000)
        let good = text(limit)
        let items = try scan([good, long, good, long, long, good].joined(separator: "\r\n"), limit: limit).items
        #expect(
            items == [
                .line(good), .tooLong(line: 2, bytes: 1_000_000), .line(good), .tooLong(line: 4, bytes: 1_000_000),
                .tooLong(line: 5, bytes: 1_000_000), .line(good),
            ])
    }

    @Test("The size that is reported doesn't count the carriage return, wherever the buffer ends", arguments: -3...3)
    func sizeBeforeCarriageReturn(_ difference: Int) throws {
        // The first read fills the buffer of 256 KiB.
        let length = (256 << 10) + difference
        #expect(
            try scan(text(length) + "\r\nend", limit: 1000).items == [.tooLong(line: 1, bytes: length), .line("end")])
    }
}
