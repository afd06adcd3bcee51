/// Text from outside on its way to a terminal.
import Bytes
import Testing

@Suite("Text made safe for a terminal", .timeLimit(.minutes(5)))
struct TerminalTextTests {
    static let table: [(text: String, safe: String)] = [
        ("", ""),
        ("plain text, 100%", "plain text, 100%"),
        ("é 漢字 😀 👩‍👩‍👧 🇩🇪 e\u{301} עברית العربية", "é 漢字 😀 👩‍👩‍👧 🇩🇪 e\u{301} עברית العربية"),
        (#"C:\temp\new"#, #"C:\temp\new"#),
        ("\u{A0}\u{FEFF}\u{FFFD}", "\u{A0}\u{FEFF}\u{FFFD}"),
        ("two\nlines", #"two\nlines"#),
        ("\r\n", #"\r\n"#),
        ("\t", #"\t"#),
        ("\0", #"\u{0}"#),
        ("\u{7}\u{8}\u{1B}\u{1F}", #"\u{7}\u{8}\u{1b}\u{1f}"#),
        ("\u{1B}[31mred\u{1B}[0m", #"\u{1b}[31mred\u{1b}[0m"#),
        ("\u{7F}\u{80}\u{85}\u{9B}\u{9F}", #"\u{7f}\u{80}\u{85}\u{9b}\u{9f}"#),
        ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#),
        ("\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}", #"\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}"#),
        ("\u{2066}\u{2067}\u{2068}\u{2069}", #"\u{2066}\u{2067}\u{2068}\u{2069}"#),
        ("\u{200E}\u{200F}", #"\u{200e}\u{200f}"#),
        ("a\u{0}\u{301}b", "a\\u{0}\u{301}b"),
    ]

    @Test("What drives a terminal is spelled out, the rest stands as it is", arguments: table)
    func escapes(_ text: String, _ safe: String) {
        #expect(text.terminalSafe.unicodeScalars.map(\.value) == safe.unicodeScalars.map(\.value))
    }

    @Test(
        "Of the characters of plane 0 and the tags, exactly the controls, the line breaks and those that turn the direction are escaped"
    )
    func allCharacters() {
        var wrong: [String] = []
        for scalar in (Array(UInt32(0)...0xFFFF) + Array(0xE0000...0xE01FF)).compactMap(Unicode.Scalar.init) {
            let properties = scalar.properties
            let isHarmful =
                [.control, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
                || properties.isBidiControl
            let text = String(scalar)
            if isHarmful == (text.terminalSafe == text) { wrong.append(String(scalar.value, radix: 16)) }
        }
        #expect(wrong.prefix(10) == [])
    }

    @Test("Making safe text safe again changes nothing")
    func idempotent() {
        for (text, _) in Self.table { #expect(text.terminalSafe.terminalSafe == text.terminalSafe) }
    }
}
