/// Lines that aren't messages, and the reason that is given.
import Chat
import Testing

@Suite("Rejecting a line", .timeLimit(.minutes(5)))
struct MessageDecoderRejectionTests {
    private let decoder = MessageDecoder()

    @Test("A line of no bytes is empty")
    func empty() {
        #expect(decoder.decode([]) == .failure(.empty))
    }

    @Test(
        "What isn't JSON is invalid JSON",
        arguments: [
            " ", "\t", "{", "}", "[", "\"", "hello", "nul", "True", "undefined", "'s'", "{'session_id':'s'}",
            "{session_id:\"s\"}",
            "<message/>", "session_id,timestamp", "{\"session_id\"}", "{\"session_id\":}", "{,}", "{\"a\":1,}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":tru}", "{\"a\":nulll}", "\u{FEFF}{}", "{}\u{0}", "{}\u{A0}", "// {}",
        ])
    func invalidJSON(_ line: String) {
        #expect(decoder.decode(line).isInvalidJSON)
    }

    @Test(
        "What is said of a line is true of it",
        arguments: [
            (#"{"session_id":"s"#, "a text has no end: is the line cut off?"),
            (#"{"session_id":"s""#, "a comma, colon, quote or bracket is missing or too many"),
            (#"{"session_id":"s","#, "a comma, colon, quote or bracket is missing or too many"),
            ("{'session_id':'s'}", "a comma, colon, quote or bracket is missing or too many"),
            (#"{"a":"\q"}"#, "a text has an escape that JSON doesn't know"),
            ("{\"a\":\"b\tc\"}", "a text has a control character in it, which has to be escaped"),
            (#"{"a":tru}"#, "a word is neither true, false nor null"),
            (#"{"a":01}"#, "a number isn't written as JSON wants"), (" ", "there is nothing in it"),
            (String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000), "it is nested too deeply"),
            ("s;2025-01-23T14:30:00Z;rm;m", "a comma, colon, quote or bracket is missing or too many"),
        ])
    func words(_ line: String, _ words: String) {
        #expect(decoder.decode(line) == .failure(.invalidJSON(words)))
    }

    @Test("A message cut anywhere is invalid JSON")
    func cut() {
        let line = Array(InputLine().text.utf8)
        let accepted = (1..<line.count).filter { !decoder.decode(Array(line[..<$0])).isInvalidJSON }
        #expect(accepted == [])
    }

    @Test(
        "Text behind the object is invalid JSON",
        arguments: ["x", "}", "]", ",", "{}", " {}", "\n{}", "null", "0", "\"\"", "//", "\0", "\u{FEFF}", "\u{C}"])
    func trailing(_ text: String) {
        #expect(decoder.decode(InputLine().text + text).isInvalidJSON)
    }

    @Test(
        "Half a surrogate pair becomes U+FFFD, wherever it stands",
        arguments: [
            (#"\ud800"#, "\u{FFFD}"), (#"\udc00"#, "\u{FFFD}"), (#"\udfff"#, "\u{FFFD}"), (#"\ud800x"#, "\u{FFFD}x"),
            (#"\ud800\ud800"#, "\u{FFFD}\u{FFFD}"), (#"\udc00\ud800"#, "\u{FFFD}\u{FFFD}"),
            (#"\ud83d\u0041"#, "\u{FFFD}A"),
            (#"\ud83d\n"#, "\u{FFFD}\n"), (#"\ud83d \ude00"#, "\u{FFFD} \u{FFFD}"),
            (#"\ud83d\\ude00"#, "\u{FFFD}\\ude00"),
            (#"\ud83d\ude00\ud83d"#, "😀\u{FFFD}"),
        ])
    func loneSurrogate(_ text: String, _ mended: String) throws {
        #expect(try decoder.decode(InputLine(message: "\"\(text)\"").text).get().text == mended)
        #expect(try decoder.decode(InputLine(session: "\"\(text)\"").text).get().sessionID == mended)
        #expect(decoder.decode(InputLine(behind: ",\"x\":\"\(text)\"").text) == .success(InputLine.decoded))
    }

    @Test(
        "Escapes that JSON doesn't know are refused",
        arguments: [#"\q"#, #"\x41"#, #"\'"#, #"\0"#, #"\u12"#, #"\u00zz"#, #"\U0041"#, #"\"#])
    func unknownEscape(_ text: String) {
        #expect(decoder.decode(InputLine(message: "\"\(text)\"").text).isInvalidJSON)
    }

    @Test("Control characters have to be escaped", arguments: 0..<0x20 as Range<UInt8>)
    func rawControl(_ byte: UInt8) {
        let line =
            Array(#"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"a"#.utf8) + [byte]
        #expect(decoder.decode(line + Array(#"b"}"#.utf8)).isInvalidJSON)
    }

    @Test(
        "Bytes that aren't UTF-8 become U+FFFD, in a message, a key and an ignored field",
        arguments: [
            [0xFF], [0xFE], [0x80], [0xBF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98],  // alone, or cut short
            [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80],  // longer than needed
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],  // surrogates
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],  // beyond U+10FFFF
        ] as [[UInt8]])
    func invalidUTF8(_ bytes: [UInt8]) throws {
        let start = Array(#"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m"#.utf8)
        let mended = String(decoding: Array("m".utf8) + bytes, as: UTF8.self)
        #expect(try decoder.decode(start + bytes + Array(#""}"#.utf8)).get().text == mended)
        #expect(try decoder.decode(start + Array(#"","x":""#.utf8) + bytes + Array(#""}"#.utf8)).get().text == "m")
        #expect(try decoder.decode(start + Array(#"",""#.utf8) + bytes + Array(#"":1}"#.utf8)).get().text == "m")
    }

    @Test(
        "JSON that is something else than an object is refused as such",
        arguments: [
            "[]", "[{}]", "\"text\"", "0", "-1.5e3", "null", "true", "false", " [] ", "[" + InputLine().text + "]",
        ])
    func notAnObject(_ line: String) {
        #expect(decoder.decode(line) == .failure(.notAnObject))
    }

    @Test(
        "Of the fields that are missing, the first is named",
        arguments: [
            ("{}", .session_id),
            (#"{"timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m"}"#, .session_id),
            (#"{"session_id":"s","sender":"rm","message":"m"}"#, .timestamp),
            (#"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","message":"m"}"#, .sender),
            (#"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm"}"#, .message),
            (#"{"session_id":"s"}"#, .timestamp),
            (#"{"Session_Id":"s","sessionid":"s","session-id":"s"}"#, .session_id),
            (#"{"x":{"session_id":"s","timestamp":"t","sender":"rm","message":"m"}}"#, .session_id),
        ] as [(String, Rejection.Field)])
    func missing(_ line: String, _ field: Rejection.Field) {
        #expect(decoder.decode(line) == .failure(.missing(field)))
    }

    @Test(
        "A field that isn't a string is named",
        arguments: ["null", "true", "false", "[]", "[\"s\"]", "{}", "{\"s\":\"s\"}"])
    func notAString(_ value: String) {
        #expect(decoder.decode(InputLine(session: value).text) == .failure(.notAString(.session_id)))
        #expect(decoder.decode(InputLine(timestamp: value).text) == .failure(.notAString(.timestamp)))
        #expect(decoder.decode(InputLine(sender: value).text) == .failure(.notAString(.sender)))
        #expect(decoder.decode(InputLine(message: value).text) == .failure(.notAString(.message)))
    }

    @Test(
        "A session's id may be a number, whatever its size, and a sender and a text may not",
        arguments: [
            ("0", "0"), ("-7", "-7"), ("1737642600", "1737642600"), ("9223372036854775808", "9223372036854775808"),
            ("123456789012345678901", "123456789012345678901"), ("1.5", "1.5"),
        ])
    func numbers(_ number: String, _ id: String) throws {
        #expect(try decoder.decode(InputLine(session: number).text).get().sessionID == id)
        #expect(decoder.decode(InputLine(sender: "1").text) == .failure(.notAString(.sender)))
        #expect(decoder.decode(InputLine(message: "1").text) == .failure(.notAString(.message)))
    }

    @Test("A session without a name is refused")
    func emptySessionID() {
        #expect(decoder.decode(InputLine(session: #""""#).text) == .failure(.emptySessionID))
    }

    @Test("A session's id has at most 1,024 bytes")
    func longSessionID() throws {
        let longest = String(repeating: "ü", count: 512)
        #expect(try decoder.decode(InputLine(session: "\"\(longest)\"").text).get().sessionID == longest)
        #expect(decoder.decode(InputLine(session: "\"\(longest)1\"").text) == .failure(.longSessionID(1025)))
    }

    @Test("A text that would take too much in an entry is refused; as many bytes that need no escapes aren't")
    func longText() {
        let size = MessageDecoder.largestText / 6 + 1
        func line(_ text: String) -> [UInt8] {
            let parts = InputLine(message: #""|""#).text.split(separator: "|")
            return Array(parts[0].utf8) + Array(String(repeating: text, count: size / text.utf8.count).utf8)
                + Array(parts[1].utf8)
        }
        #expect(throws: Never.self) { try decoder.decode(line("x")).get() }
        #expect(decoder.decode(line("\u{7F}")) == .failure(.longText(6 * size)))
    }

    @Test("What a reason quotes of a text of megabytes is what it quotes of its beginning")
    func longQuotes() {
        for text in ["x", "é", "€", "😀", "e\u{301}"] {
            let long = "\"" + String(repeating: text, count: 100_000) + "\""
            let short = String(repeating: text, count: 100)
            func reason(_ line: InputLine) -> String? {
                if case .failure(let rejection) = decoder.decode(line.text) { "\(rejection)" } else { nil }
            }
            #expect(reason(InputLine(timestamp: long)) == "\(Rejection.badTimestamp(short))")
            #expect(reason(InputLine(sender: long)) == "\(Rejection.unknownSender(short))")
        }
    }

    @Test(
        "A sender other than customer and rm is refused and quoted",
        arguments: ["", " ", "agent", "rm\0", "customers", "custome", "r", "rm\u{301}", "rm rm", "rm customer", "ＲＭ"])
    func unknownSender(_ sender: String) {
        let json = "\"" + sender.replacing("\0", with: #"\u0000"#) + "\""
        #expect(decoder.decode(InputLine(sender: json).text) == .failure(.unknownSender(sender)))
    }

    @Test(
        "Customer and rm are known in any case, with white space around them",
        arguments: [
            ("Customer", .customer), ("CUSTOMER", .customer), ("RM", .rm), ("Rm", .rm), ("customer ", .customer),
            (" rm", .rm),
            ("\\tRM\\n", .rm),
        ] as [(String, Sender)])
    func senders(_ text: String, _ sender: Sender) throws {
        #expect(try decoder.decode(InputLine(sender: "\"\(text)\"").text).get().sender == sender)
    }

    @Test(
        "A timestamp that is none is refused and quoted",
        arguments: ["", "yesterday", "2025-02-30T00:00:00Z", "17376426", "1e999"])
    func badTimestamp(_ text: String) {
        #expect(decoder.decode(InputLine(timestamp: "\"\(text)\"").text) == .failure(.badTimestamp(text)))
    }

    @Test("Nesting without end is refused, not followed into a crash", arguments: ["", #""z":1e999,"#])
    func deepNesting(_ before: String) {
        let depth = 5000
        let arrays = String(repeating: "[", count: depth)
        let objects = String(repeating: #"{"a":"#, count: depth)
        for value in [
            arrays, arrays + String(repeating: "]", count: depth), objects,
            objects + "1" + String(repeating: "}", count: depth),
        ] {
            #expect(decoder.decode(InputLine(before: before + #""x":\#(value),"#).text).isInvalidJSON)
            #expect(decoder.decode(InputLine(behind: #","x":\#(value)"#).text).isInvalidJSON)
        }
        #expect(decoder.decode(InputLine().text) == .success(InputLine.decoded))
    }

    @Test("Moderate nesting in an ignored field is no reason to refuse a line")
    func moderateNesting() {
        let value = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(decoder.decode(InputLine(behind: #","x":\#(value)"#).text) == .success(InputLine.decoded))
    }
}
