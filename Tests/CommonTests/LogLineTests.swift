/// The forms of a line of the log.
import Bytes
import Chat
import Foundation
import Testing

@testable import Common

@Suite("A line of the log", .timeLimit(.minutes(1)))
struct LogLineTests {
    private static let time = Timestamp(milliseconds: 0)

    private static func text(
        _ format: LogFormat, _ message: String, _ fields: [(key: String, value: String)] = [], journal: Bool = false
    ) -> String {
        let line = LogLine(level: .warning, program: "consumer", message: message, fields: fields)
        return String(decoding: line.bytes(format, isForJournal: journal, at: time), as: UTF8.self)
    }

    @Test("Text has the fields that the message doesn't say itself")
    func plain() {
        #expect(
            Self.text(.text, "Stream a has begun", [("stream", "a"), ("server", "http://x")])
                == "1970-01-01T00:00:00.000Z WARNING consumer: Stream a has begun server=http://x\n")
    }

    @Test(
        "logfmt quotes what isn't one word",
        arguments: [
            ("a", "a"), ("a b", "\"a b\""), ("", "\"\""), ("a=b", "\"a=b\""), ("say \"a\"", "\"say \\\"a\\\"\""),
            ("a\nb", "\"a\\nb\""), ("ä", "ä"), ("a\\nb", "\"a\\\\nb\""),
            ("x\\\" level=\"critical", "\"x\\\\\\\" level=\\\"critical\""),
        ])
    func logfmt(_ value: String, _ written: String) {
        #expect(
            Self.text(.logfmt, "begun", [("stream", value)])
                == "time=1970-01-01T00:00:00.000Z level=warning program=consumer msg=begun stream=\(written)\n")
    }

    @Test(
        "JSON is one object a line that says the same",
        arguments: ["a", "a \"b\"", "a\nb", "\u{1B}[2J", "ä\u{202E}", "\0", "", "a\\nb", "x\\\" \u{9B}"])
    func json(_ value: String) throws {
        let line = Self.text(.json, "begun", [("stream", value)])
        #expect(line.last == "\n" && !line.dropLast().contains("\n"))
        let fields = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(
            fields == [
                "time": "1970-01-01T00:00:00.000Z", "level": "warning", "program": "consumer", "message": "begun",
                "stream": value,
            ])
    }

    @Test(
        "journald is told how important a line is, in each form",
        arguments: zip(LogFormat.allCases, ["<4>consumer: begun\n", "<4>time=", "<4>{\"time\""]))
    func journal(_ format: LogFormat, _ beginning: String) {
        #expect(Self.text(format, "begun", journal: true).hasPrefix(beginning))
    }
}
