/// JSON of somebody else's on a terminal.
import Foundation
import Testing

@testable import Terminal

@Suite("JSON on a terminal", .timeLimit(.minutes(1)))
struct TerminalJSONTests {
    @Test(
        "has no control characters, and means the same",
        arguments: [
            (#"{"a":"é \u{1F600} b"}"#, #"{"a":"é \u{1F600} b"}"#), ("a\nb\n", "a\nb\n"),
            ("\"\u{1B}[2J\u{7}\"", #""\u001b[2J\u0007""#),
            ("\"\u{9B}2J \u{85} \u{A0}\"", "\"\\u009b2J \\u0085 \u{A0}\""),
            ("\"a\u{2028}\u{202E}b\u{61C}€\"", #""a\u2028\u202eb\u061c€""#),
            ("\u{7F}\t\r\0", #"\u007f\u0009\u000d\u0000"#),
        ])
    func escapes(_ text: String, _ printed: String) {
        #expect(String(decoding: terminalSafeJSON(Array(text.utf8)), as: UTF8.self) == printed)
    }

    @Test(
        "nor bytes that are one where a terminal knows no UTF-8",
        arguments: [
            ([0x9B, 0x32], #"\u009b2"#), ([0x41, 0x9B], #"A\u009b"#), ([0xC3, 0x9B], "\u{DB}"),
            ([0xE2, 0x82, 0x9B], "\u{209B}"), ([0xC3, 0x82, 0x9B], "\u{C2}\\u009b"),
            ([0xC2], "\u{FFFD}"), ([0xE2, 0x80], "\u{FFFD}"), ([0xE2, 0x41, 0x80], "\u{FFFD}A\\u0080"),
        ] as [([UInt8], String)])
    func bytes(_ bytes: [UInt8], _ printed: String) {
        #expect(String(decoding: terminalSafeJSON(bytes), as: UTF8.self) == printed)
    }
}
