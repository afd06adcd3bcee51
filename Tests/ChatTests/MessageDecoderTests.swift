/// Lines that are messages.
import Chat
import Testing

@Suite("Decoding a message", .timeLimit(.minutes(5)))
struct MessageDecoderTests {
    private let decoder = MessageDecoder()

    private func expectDecoded(
        _ line: String, _ expected: Decoded = InputLine.decoded, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(decoder.decode(line) == .success(expected), sourceLocation: location)
    }

    @Test("The four fields come out as they went in")
    func fields() {
        expectDecoded(
            #"{"session_id": "abc123", "timestamp": "1969-12-31T23:59:59.5Z", "sender": "customer", "message": "Hi, I'm \"here\"."}"#,
            Decoded(
                sessionID: "abc123", timestamp: Timestamp(milliseconds: -500), sender: .customer,
                text: #"Hi, I'm "here"."#))
    }

    static let texts: [(json: String, text: String)] = [
        (#""""#, ""),
        (#"" ""#, " "),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""a\u0000b""#, "a\0b"),
        (#""\u0000""#, "\0"),
        (#""\u001b[31m\u009b""#, "\u{1B}[31m\u{9B}"),
        (#""\u00e9\u00E9""#, "éé"),
        (#""\ud83d\ude00""#, "😀"),
        (#""\uD83D\uDE00 and \uDBFF\uDFFF""#, "😀 and \u{10FFFF}"),
        (#""😀 é 漢字""#, "😀 é 漢字"),
        (#""e\#u{301} is not \#u{E9}""#, "e\u{301} is not \u{E9}"),
        (#""\uFFFF\uFFFE\uFEFF\uD7FF\uE000""#, "\u{FFFF}\u{FFFE}\u{FEFF}\u{D7FF}\u{E000}"),
        (#""\#u{7F}\#u{80}\#u{2028}\#u{2029}""#, "\u{7F}\u{80}\u{2028}\u{2029}"),
        (#""{\"message\":\"inner\"}""#, #"{"message":"inner"}"#),
        (#""\\u0041""#, #"\u0041"#),
        (#""null""#, "null"),
    ]

    @Test("A message's text is unescaped, to the byte", arguments: texts)
    func text(_ json: String, _ text: String) {
        var expected = InputLine.decoded
        expected.text = text
        expectDecoded(InputLine(message: json).text, expected)
    }

    @Test("A session id may be any text but the empty one", arguments: texts.filter { !$0.text.isEmpty })
    func sessionID(_ json: String, _ text: String) {
        var expected = InputLine.decoded
        expected.sessionID = text
        expectDecoded(InputLine(session: json).text, expected)
    }

    @Test("Escapes are undone in the timestamp, the sender and the names of fields, too")
    func escapesElsewhere() {
        expectDecoded(InputLine(timestamp: #""2025-01-23\u005414:30:00Z""#, sender: #""\u0072m""#).text)
        expectDecoded(
            #"{"session\u005fid":"s","\u0074imestamp":"2025-01-23T14:30:00Z","sende\u0072":"rm","mess\u0061ge":"m"}"#)
    }

    @Test("The fields may stand in any order")
    func anyOrder() {
        let fields = [
            #""session_id":"s""#, #""timestamp":"2025-01-23T14:30:00Z""#, #""sender":"rm""#, #""message":"m""#,
        ]
        for order in permutations(fields) { expectDecoded("{" + order.joined(separator: ",") + "}") }
    }

    private func permutations(_ items: [String]) -> [[String]] {
        guard items.count > 1 else { return [items] }
        return items.indices.flatMap { index in
            var rest = items
            let item = rest.remove(at: index)
            return permutations(rest).map { [item] + $0 }
        }
    }

    static let ignoredValues = [
        "null", "true", "false", "0", "-0", "1", "-1.5", "1e5", "1E-5", "2.5e+10", "18446744073709551615",
        "-9223372036854775808", "1e-400", #""""#, #""text \u0000 \ud83d\ude00""#, "{}", "[]", "[[],[{}]]",
        "[1,\"a\",null]",
        #"{"message":"inner","session_id":1,"deep":{"sender":"x"}}"#, "[{\"timestamp\":null}]",
    ]

    @Test("Fields that nobody knows are ignored, whatever they hold and wherever they stand", arguments: ignoredValues)
    func ignored(_ value: String) {
        expectDecoded(InputLine(before: #""x":\#(value),"#).text)
        expectDecoded(InputLine(behind: #","x":\#(value)"#).text)
        expectDecoded(InputLine(before: #""":\#(value),"Message":\#(value),"session_id ":\#(value),"#).text)
    }

    @Test("Where a field stands twice, the last one counts")
    func duplicates() {
        var expected = InputLine.decoded
        expected.text = "last"
        expectDecoded(InputLine(behind: #","message":"middle","message":"last""#).text, expected)
        expectDecoded(InputLine(before: #""message":1,"sender":null,"timestamp":"never","session_id":"","#).text)
        #expect(decoder.decode(InputLine(behind: #","message":null"#).text) == .failure(.notAString(.message)))
        #expect(decoder.decode(InputLine(behind: #","session_id":"""#).text) == .failure(.emptySessionID))
    }

    @Test("White space may stand wherever JSON allows it")
    func whitespace() {
        expectDecoded(
            " \t\r{ \"session_id\" :\t\"s\" , \"timestamp\":\r\"2025-01-23T14:30:00Z\",\n\"sender\" : \"rm\" ,\"message\": \"m\" \t}\r "
        )
    }

    @Test(
        "What stands in the padding behind a line is never read as part of it",
        arguments: Array(#"},"]0e\#0 x\#n"#.utf8) + [0xFF, 0xC2])
    func padding(_ filler: UInt8) {
        #expect(decoder.decode(InputLine().text, filler: filler) == .success(InputLine.decoded))
        let cut = String(InputLine().text.dropLast())
        #expect(decoder.decode(cut, filler: filler).isInvalidJSON)
        #expect(decoder.decode(InputLine(behind: #","x":12"#).text, filler: filler) == .success(InputLine.decoded))
    }

    @Test("A long message is decoded whole", arguments: [63, 64, 65, 4095, 1 << 20])
    func longText(_ length: Int) throws {
        let text = String(repeating: "é", count: length / 2) + "!"
        let decoded = try decoder.decode(InputLine(message: "\"\(text)\"").text).get()
        #expect(decoded.text.utf8.count == text.utf8.count)
        #expect(decoded.text == text)
    }

    @Test("One decoder takes line after line, good after bad and short after long")
    func reuse() {
        #expect(
            decoder.decode(InputLine(message: "\"" + String(repeating: "x", count: 100_000) + "\"").text).isInvalidJSON
                == false)
        #expect(decoder.decode("{").isInvalidJSON)
        expectDecoded(InputLine().text)
        #expect(decoder.decode("[]") == .failure(.notAnObject))
        #expect(decoder.decode(#"{"session_id":"other"}"#) == .failure(.missing(.timestamp)))
        expectDecoded(InputLine(before: #""x":1e999,"#).text)
        expectDecoded(InputLine().text)
    }
}
