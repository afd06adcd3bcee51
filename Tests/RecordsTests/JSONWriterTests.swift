/// JSON as it is written, against Foundation's idea of JSON.
import Bytes
import Chat
import Foundation
import Records
import Testing

@Suite("JSON writer", .timeLimit(.minutes(5)))
struct JSONWriterTests {
    static let strings: [(text: String, json: String)] = [
        ("", #""""#),
        ("plain text", #""plain text""#),
        (#"say "hi""#, #""say \"hi\"""#),
        (#"back\slash"#, #""back\\slash""#),
        ("/", #""/""#),
        ("\n\r\t", #""\n\r\t""#),
        ("\0", #""\u0000""#),
        ("\u{8}\u{C}\u{1B}\u{1F}", #""\u0008\u000c\u001b\u001f""#),
        ("\u{7F}", #""\u007f""#),
        ("\u{80}\u{85}\u{9B}\u{9F}", #""\u0080\u0085\u009b\u009f""#),
        ("x\u{9B}31mred", #""x\u009b31mred""#),
        ("\u{A0}\u{A9}\u{BF}", "\"\u{A0}\u{A9}\u{BF}\""),
        ("é 漢字 😀 \u{301}", "\"é 漢字 😀 \u{301}\""),
        ("À\u{C0}ß", "\"À\u{C0}ß\""),
        ("\u{2028}\u{2029}", #""\u2028\u2029""#),
        ("\u{200E}\u{200F}\u{061C}", #""\u200e\u200f\u061c""#),
        ("\u{202A}\u{202E}\u{2066}\u{2069}", #""\u202a\u202e\u2066\u2069""#),
        (
            "\u{2013}\u{2019}\u{2026}\u{200D}\u{2030}\u{2065}\u{206A}",
            "\"\u{2013}\u{2019}\u{2026}\u{200D}\u{2030}\u{2065}\u{206A}\""
        ),
        (
            "\u{600}\u{61B}\u{61D}\u{63F}€\u{FEFF}\u{FFFF}\u{10FFFF}",
            "\"\u{600}\u{61B}\u{61D}\u{63F}€\u{FEFF}\u{FFFF}\u{10FFFF}\""
        ),
        ("\"\"\\\\", #""\"\"\\\\""#),
        ("\u{1B}[2J\u{7}", #""\u001b[2J\u0007""#),
        (#"\u0041"#, #""\\u0041""#),
    ]

    @Test("What could end a string or drive a terminal is escaped, and nothing else", arguments: strings)
    func escapes(_ text: String, _ json: String) {
        #expect(Array(written { $0.value(text) }.utf8) == Array(json.utf8))
    }

    @Test("A character is escaped wherever in a long text it stands", arguments: 0...24)
    func everyPlace(_ place: Int) {
        for (text, json) in Self.strings {
            let filler = String(repeating: "x", count: place)
            let whole = filler + text + filler
            #expect(
                Array(written { $0.value(whole) }.utf8)
                    == Array("\"\(filler)\(json.dropFirst().dropLast())\(filler)\"".utf8))
        }
    }

    @Test("Bytes that look like a control character's and aren't stand as they are", arguments: 0...9)
    func lookalikes(_ place: Int) {
        // C2 A9 begins like a C1 control; the continuation bytes 80 to 9F are one only behind C2.
        let text =
            String(repeating: "x", count: place) + "©\u{C0}\u{100}\u{FFFD}\u{1F600}€\u{620}©"
            + String(repeating: "y", count: 9)
        #expect(Array(written { $0.value(text) }.utf8) == Array("\"\(text)\"".utf8))
    }

    @Test("Every character reads back as itself, alone and in company")
    func readsBack() throws {
        let scalars =
            ((UInt32(0)...0x6FF).map { $0 } + (0x2000...0x20FF)).compactMap(Unicode.Scalar.init) + [
                "\u{FEFF}", "\u{FFFD}", "\u{1F600}",
            ]
        var lost: [UInt32] = []
        for scalar in scalars {
            let text = "\(scalar)a\(scalar)\(scalar)\"\(scalar)"
            let json = Array(written { $0.value(text) }.utf8)
            let decoded = try JSONDecoder().decode(String.self, from: Data(json))
            if Array(decoded.utf8) != Array(text.utf8) { lost.append(scalar.value) }
            // JSONSerialization (swift-corelibs-foundation) swallows U+FEFF where a run of text begins with it.
            guard scalar != "\u{FEFF}" else { continue }
            if (try parsed(json) as? String).map({ Array($0.utf8) }) != Array(text.utf8) { lost.append(scalar.value) }
        }
        #expect(lost == [])
    }

    @Test("Nothing that could drive a terminal is left in what is written")
    func noControls() {
        let everything = String(String.UnicodeScalarView((UInt32(0)...0xFFFF).compactMap(Unicode.Scalar.init)))
        let json = written { $0.object { $0.field("text", everything) } }
        #expect(json.unicodeScalars.filter { $0.properties.generalCategory == .control }.isEmpty)
        #expect(json.unicodeScalars.filter(\.drivesTerminals).isEmpty)
    }

    @Test("Bytes are written like the string they make")
    func bytes() {
        let text = "a\"\u{9B}é\u{7F}\\"
        let fromBytes = Array(text.utf8).withUnsafeBytes { bytes in written { $0.value(utf8: bytes) } }
        #expect(fromBytes == written { $0.value(text) })
        #expect(written { $0.value(utf8: UnsafeRawBufferPointer(start: nil, count: 0)) } == #""""#)
    }

    @Test("Whole numbers of every size are written in decimal")
    func numbers() {
        #expect(written { $0.value(0) } == "0")
        #expect(written { $0.value(-1) } == "-1")
        #expect(written { $0.value(10) } == "10")
        #expect(written { $0.value(1_737_642_600_000) } == "1737642600000")
        #expect(written { $0.value(Int.max) } == "9223372036854775807")
        #expect(written { $0.value(Int.min) } == "-9223372036854775808")
        #expect(written { $0.value(UInt64.max) } == "18446744073709551615")
        #expect(written { $0.value(Int8.min) } == "-128")
        #expect(written { $0.value(UInt8.max) } == "255")
        // Each number of digits has a first and a last number.
        var power: UInt64 = 1
        for digits in 1...19 {
            #expect(written { $0.value(power) } == "1" + String(repeating: "0", count: digits - 1))
            #expect(written { $0.value(power * 10 - 1) } == String(repeating: "9", count: digits))
            if digits < 19 { power *= 10 }
        }
        #expect(written { $0.value(power * 10) } == "10000000000000000000")
    }

    @Test("Flags, nothing, names and times are written as JSON has them")
    func otherValues() {
        #expect(written { $0.value(true) } == "true")
        #expect(written { $0.value(false) } == "false")
        #expect(written { $0.null() } == "null")
        #expect(written { $0.value("name" as StaticString) } == #""name""#)
        #expect(written { $0.value(Timestamp(milliseconds: -1)) } == #""1969-12-31T23:59:59.999Z""#)
    }

    @Test("A value that isn't there is null")
    func optionals() {
        let json = written {
            $0.object {
                $0.field("a", nil as String?)
                $0.field("b", "x" as String?)
                $0.field("c", nil as Int?)
                $0.field("d", 5 as Int?)
            }
        }
        #expect(json == #"{"a":null,"b":"x","c":null,"d":5}"#)
    }

    @Test("Commas stand between values and nowhere else, at every depth")
    func structure() {
        #expect(written { $0.object { _ in } } == "{}")
        #expect(written { $0.array { _ in } } == "[]")
        let json = written {
            $0.object { json in
                json.key("empty")
                json.object { _ in }
                json.key("list")
                json.array { json in
                    json.value(1)
                    json.array { _ in }
                    json.object { $0.field("x", true) }
                    json.null()
                    json.value("s" as String)
                }
                json.field("last", 2)
            }
        }
        #expect(json == #"{"empty":{},"list":[1,[],{"x":true},null,"s"],"last":2}"#)
    }

    @Test("A writer that was cleared writes a new document, with nothing left of the one before")
    func clears() {
        var json = JSONWriter()
        json.object { $0.field("first", String(repeating: "x", count: 10_000)) }
        json.clear()
        json.object { $0.field("a", 2) }
        let text = json.withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(text == #"{"a":2}"#)
        json.clear()
        json.withBytes { #expect($0.isEmpty) }
    }

    @Test("Times of different days, one after the other, each have their own day")
    func days() {
        let days: [Int64] = [0, 0, 1, 0, -1, -1, 11_016, 0]
        let json = written { json in
            json.array { json in for day in days { json.value(Timestamp(milliseconds: day * 86_400_000 + 5)) } }
        }
        let expected = days.map { "\"\(Timestamp(milliseconds: $0 * 86_400_000 + 5))\"" }
        #expect(json == "[" + expected.joined(separator: ",") + "]")
        #expect(expected[2] == "\"1970-01-02T00:00:00.005Z\"")
    }
}
