/// Files that are put away while they are followed.
import Foundation
import Testing
import TestSupport
import Threads

@testable import Producing

@Suite("A followed name that is given on", .timeLimit(.minutes(1)))
struct RotationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Reads all that is there.
    private func readAll(_ reader: inout InputReader) throws -> [String] {
        var lines: [String] = []
        while case .line(let line, _) = try reader.next() {
            lines.append(String(decoding: line, as: UTF8.self))
        }
        return lines
    }

    /// Gives a file a time of its own, so that those of one moment have an order.
    private func setTime(_ path: String, _ seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_800_000_000 + seconds)], ofItemAtPath: path)
    }

    private func rotate(_ path: String) throws {
        for number in [3, 2, 1] {
            let earlier = number == 1 ? path : "\(path).\(number - 1)"
            guard FileManager.default.fileExists(atPath: earlier) else { continue }
            try FileManager.default.moveItem(atPath: earlier, toPath: "\(path).\(number)")
        }
    }

    @Test("However often it is given on between two looks, each line is read once and in order", arguments: [1, 2, 3])
    func rotations(_ count: Int) throws {
        let path = try folder.write("chat.jsonl", "a0\na1\n")
        try setTime(path, 0)
        // Others beside it have nothing to do with it.
        try setTime(try folder.write("chat.jsonl.old", "no\n"), 50)
        try setTime(try folder.write("chat.jsonl.9", "long ago\n"), -50)
        try setTime(try folder.write("chat2.jsonl.1", "no\n"), 50)
        let input = try InputFile.open(path, follows: true, wakeup: Wakeup(), logger: LogCapture().logger)
        var reader = InputReader(input, rules: LineRules(maxLineBytes: 100), logger: LogCapture().logger)
        #expect(try readAll(&reader) == ["a0", "a1"])
        var expected: [String] = []
        for number in 1...count {
            try rotate(path)
            try setTime(try folder.write("chat.jsonl", "b\(number)\nc\(number)\n"), Double(number))
            expected += ["b\(number)", "c\(number)"]
        }
        #expect(try readAll(&reader) == expected)
        #expect(try readAll(&reader) == [])
    }

    @Test("A link's file is put away where it is", arguments: [1, 2, 3])
    func link(_ count: Int) throws {
        let elsewhere = try TemporaryFolder()
        let file = try elsewhere.write("today.jsonl", "a0\n")
        try setTime(file, 0)
        let path = folder.path + "/chat.jsonl"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: file)
        let input = try InputFile.open(path, follows: true, wakeup: Wakeup(), logger: LogCapture().logger)
        var reader = InputReader(input, rules: LineRules(maxLineBytes: 100), logger: LogCapture().logger)
        #expect(try readAll(&reader) == ["a0"])
        for number in 1...count {
            try rotate(file)
            try setTime(try elsewhere.write("today.jsonl", "b\(number)\n"), Double(number))
        }
        #expect(try readAll(&reader) == (1...count).map { "b\($0)" })
    }

    @Test(
        "Names with a number or a date behind them were the file's",
        arguments: [
            ("chat.jsonl.1", true), ("chat.jsonl-20260131", true), ("chat.jsonl.2026-01-31", true),
            ("chat.jsonl.20260131T1200", true), ("chat-20260131.jsonl", true), ("chat.1.jsonl", true),
            ("chat-old.jsonl", false), ("chat-1.json", false), ("chat-1", false),
            ("chat.jsonl", false), ("chat.jsonl.gz", false), ("chat.jsonl.1.gz", false), ("chat.jsonl.bak", false),
            ("chat.jsonl2", false), ("chat.jsonl-", false), ("other.jsonl.1", false),
        ])
    func names(_ name: String, _ isRotated: Bool) {
        #expect(Rotation.isRotated(name, from: "chat.jsonl") == isRotated)
    }
}
