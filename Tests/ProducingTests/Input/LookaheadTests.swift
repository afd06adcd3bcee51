/// Looking at an input ahead of what has been published.
import Feed
import Logging
import Testing
import TestSupport
import Threads

@testable import Producing

@Suite("Lookahead", .timeLimit(.minutes(5)))
struct LookaheadTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func lookahead(_ text: String, from offset: Int = 0, next: UInt64 = 1, limit: Int = 100) throws -> Lookahead
    {
        let input = try InputFile.open(
            try folder.write("input.jsonl", text), wakeup: Wakeup(), logger: LogCapture().logger)
        return Lookahead(input, from: offset, next: next, rules: LineRules(maxLineBytes: limit))
    }

    private func print(_ line: String) -> String { Array(line.utf8).withUnsafeBytes { Fingerprint.of($0) } }

    @Test("a record's fingerprint is that of its line, and numbers are those that lines will have")
    func found() throws {
        let ahead = try lookahead("\u{FEFF}one\r\n\n" + String(repeating: "x", count: 200) + "\ntwo\nthree\nfour")
        #expect(try ahead.look(for: 1, isComplete: true) == .found(fingerprint: print("one")))
        #expect(try ahead.look(for: 3, isComplete: true) == .found(fingerprint: print("three")))
        #expect(ahead.next == 4)
        #expect(try ahead.look(for: 4, isComplete: false) == .missing(next: 4), "it may not be whole yet")
        #expect(try ahead.look(for: 4, isComplete: true) == .found(fingerprint: print("four")))
        #expect(try ahead.look(for: 5, isComplete: true) == .missing(next: 5))
    }

    @Test("it begins anywhere")
    func inTheMiddle() throws {
        let ahead = try lookahead("one\ntwo\nthree\n", from: 4, next: 2)
        #expect(try ahead.look(for: 2, isComplete: true) == .found(fingerprint: print("two")))
    }

    @Test("a long way is gone in pieces")
    func pieces() throws {
        let ahead = try lookahead((1...25_000).map { "line \($0)\n" }.joined())
        var turns = 0
        var outcome = try ahead.look(for: 25_000, isComplete: true)
        while outcome == .unfinished {
            turns += 1
            outcome = try ahead.look(for: 25_000, isComplete: true)
        }
        #expect(outcome == .found(fingerprint: print("line 25000")))
        #expect(turns == 2)
    }
}
