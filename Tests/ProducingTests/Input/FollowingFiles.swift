/// A file that is followed in tests.
import Foundation
import TestSupport
import Threads

@testable import Producing

/// What tests of followed files do with one.
protocol FollowingFiles {
    var folder: TemporaryFolder { get }
    var path: String { get }
    var logs: LogCapture { get }
}

extension FollowingFiles {
    func open(follows: Bool = true) throws -> InputReader {
        let input = try InputFile.open(path, follows: follows, wakeup: Wakeup(), logger: logs.logger)
        return InputReader(input, rules: LineRules(maxLineBytes: 100_000), logger: logs.logger)
    }

    /// Publishes all that is there.
    func publish(_ reader: inout InputReader) throws -> [String] {
        var lines: [String] = []
        while case .line(let line, let place) = try reader.next() {
            lines.append(String(decoding: line, as: UTF8.self))
            reader.log.append(line, place: place)
        }
        return lines
    }

    /// A replay from a number on; nil where there is none.
    func replay(_ reader: inout InputReader, from sequence: UInt64) throws -> [String]? {
        guard sequence >= reader.log.first else { return nil }
        var bytes: [UInt8] = []
        let count = try reader.log.read(from: sequence, budget: 1 << 20, into: &bytes)
        return count == 0 ? nil : String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    func write(_ text: String, to name: String = "chat.jsonl", appending: Bool = false) throws {
        let file = fopen(folder.path + "/" + name, appending ? "a" : "w")
        fwrite(text, 1, text.utf8.count, file)
        fclose(file)
    }

    var warnings: [String] { logs.texts(.warning) }
}
