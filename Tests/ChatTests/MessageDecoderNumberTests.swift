/// Numbers in fields that nobody reads: large ones are JSON all the same, malformed ones aren't.
import Chat
import Testing

@Suite("Numbers in ignored fields", .timeLimit(.minutes(5)))
struct MessageDecoderNumberTests {
    private let decoder = MessageDecoder()

    static let large = [
        "18446744073709551616", "-9223372036854775809", "123456789012345678901234567890", "-99999999999999999999",
        "1e400",
        "-1e400", "1E+999", "9.9e308999", "[1e999]", #"{"y":[0,1e999,"text"]}"#, "1e999 ",
        String(repeating: "9", count: 5000),
    ]

    @Test("A number beyond 64 bits doesn't make a message unreadable", arguments: large)
    func readable(_ number: String) {
        #expect(decoder.decode(InputLine(before: #""x":\#(number),"#).text) == .success(InputLine.decoded))
        #expect(decoder.decode(InputLine(behind: #","x":\#(number)"#).text) == .success(InputLine.decoded))
    }

    @Test(
        "What Python writes for numbers that aren't any is passed over",
        arguments: ["NaN", "Infinity", "-Infinity", "[NaN, 1]"])
    func noNumbers(_ number: String) {
        #expect(decoder.decode(InputLine(before: #""x":\#(number),"#).text) == .success(InputLine.decoded))
        #expect(decoder.decode(InputLine(behind: #","x":\#(number)"#).text) == .success(InputLine.decoded))
        #expect(decoder.decode(InputLine(message: number).text) == .failure(.notAString(.message)))
        let text = decoder.decode(InputLine(message: #""a NaN, Infinity""#).text).map(\.text)
        #expect(text == .success("a NaN, Infinity"))
    }

    @Test("Beside such a number, text is unescaped to the byte as ever", arguments: MessageDecoderTests.texts)
    func text(_ json: String, _ text: String) {
        var expected = InputLine.decoded
        expected.text = text
        #expect(decoder.decode(InputLine(message: json, before: #""x":1e999,"#).text) == .success(expected))
    }

    @Test("Beside such a number, the last of two equal fields counts as ever")
    func duplicates() {
        var expected = InputLine.decoded
        expected.text = "last"
        #expect(decoder.decode(InputLine(behind: #","x":1e999,"message":"last""#).text) == .success(expected))
        #expect(decoder.decode(InputLine(before: #""message":1,"x":1e999,"#).text) == .success(InputLine.decoded))
        #expect(
            decoder.decode(InputLine(behind: #","x":1e999,"message":null"#).text) == .failure(.notAString(.message)))
    }

    @Test("Beside such a number, what is wrong with a field is said as ever")
    func wrongFields() {
        func refused(_ line: String) -> Rejection? {
            if case .failure(let rejection) = decoder.decode(line) { rejection } else { nil }
        }
        #expect(refused(#"{"x":1e999}"#) == .missing(.session_id))
        #expect(refused(#"{"x":1e999,"session_id":"s","timestamp":"t","sender":"rm"}"#) == .missing(.message))
        #expect(refused(InputLine(session: "null", before: #""x":1e999,"#).text) == .notAString(.session_id))
        #expect(refused(InputLine(sender: "{}", before: #""x":1e999,"#).text) == .notAString(.sender))
        #expect(refused(InputLine(session: #""""#, before: #""x":1e999,"#).text) == .emptySessionID)
        #expect(refused(InputLine(sender: #""RN""#, before: #""x":1e999,"#).text) == .unknownSender("RN"))
        #expect(refused(InputLine(timestamp: #""t""#, before: #""x":1e999,"#).text) == .badTimestamp("t"))
    }

    @Test("Beside such a number, a smaller one is no text either", arguments: ["5", "40399.25", "1e999"])
    func message(_ number: String) {
        for before in ["", #""x":1e999,"#, "\"y\":\"\u{FFFD}\\ud800\",\"x\":1e999,"] {
            #expect(decoder.decode(InputLine(message: number, before: before).text) == .failure(.notAString(.message)))
            #expect(decoder.decode(InputLine(sender: number, before: before).text) == .failure(.notAString(.sender)))
        }
    }

    @Test(
        "Beside such a number, a session's id is the text that it is without it",
        arguments: [
            "1e012", "1.0", "-0", "0.1", "1E2", "9007199254740993", "18446744073709551615", "-9223372036854775808",
            "1e-400",
        ])
    func sessionNumber(_ number: String) throws {
        let alone = try decoder.decode(InputLine(session: number).text).get().sessionID
        #expect(try decoder.decode(InputLine(session: number, before: #""x":1e999,"#).text).get().sessionID == alone)
    }

    @Test(
        "A large number is a session's id to the digit, and no time",
        arguments: ["1e999", "18446744073709551616"])
    func inField(_ number: String) throws {
        #expect(try decoder.decode(InputLine(session: number).text).get().sessionID == number)
        #expect(decoder.decode(InputLine(timestamp: number).text) == .failure(.badTimestamp(number)))
    }

    @Test(
        "A large number alone, or in an array, is not an object",
        arguments: ["1e999", "[1e999]", "-18446744073709551616"])
    func topLevel(_ line: String) {
        #expect(decoder.decode(line) == .failure(.notAnObject))
    }

    @Test(
        "A malformed number makes the line invalid JSON",
        arguments: [
            "01", "-01", "00", "1.", "-", "--1", "-.5", ".5", "+1", "1e", "1e+", "1E-", "1.e5", "1.2.3", "1e5.5",
            "1e5e5", "1-2",
            "0x10", "1a", "1_000", "1,000,", "-NaN", "NaNN", "1e999.5", "01e999", "[01]",
            #"{"y":1.}"#,
        ])
    func malformed(_ number: String) {
        #expect(decoder.decode(InputLine(before: #""x":\#(number),"#).text).isInvalidJSON)
        #expect(decoder.decode(InputLine(behind: #","x":\#(number)"#).text).isInvalidJSON)
    }

    @Test(
        "Other damage isn't overlooked because there is a large number, too",
        arguments: [
            #","y":"\q""#, #","y":"\u00zz""#, #","y":01"#, #","y":nul"#, #","y":tru"#, #","y":[1,]"#,
            #","y":{"z"}"#, #","y""#, #","y":"#, ",", "}", #"]"#, #","y":'z'"#, #","y":1 2"#, #"} {"#, #"/*x*/"#,
        ])
    func otherDamage(_ damage: String) {
        #expect(decoder.decode(InputLine(behind: #","x":1e999"# + damage).text).isInvalidJSON)
    }
}
