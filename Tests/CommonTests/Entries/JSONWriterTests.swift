/// JSON as it is written, against Foundation's idea of JSON.
import Common
import Foundation
import Testing

@Suite("JSON writer", .timeLimit(.minutes(1)))
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
        ("\u{2028}\u{FEFF}\u{FFFF}\u{10FFFF}", "\"\u{2028}\u{FEFF}\u{FFFF}\u{10FFFF}\""),
        ("\"\"\\\\", #""\"\"\\\\""#),
        ("\u{1B}[2J\u{7}", #""\u001b[2J\u0007""#),
        (#"\u0041"#, #""\\u0041""#),
    ]

    @Test("What could end a string or drive a terminal is escaped, and nothing else", arguments: strings)
    func escapes(_ text: String, _ json: String) {
        #expect(Array(written { $0.value(text) }.utf8) == Array(json.utf8))
    }

    @Test("Every character reads back as itself, alone and in company")
    func readsBack() throws {
        let scalars = (UInt32(0)...0x2FF).compactMap(Unicode.Scalar.init) + ["\u{2028}", "\u{FEFF}", "\u{FFFD}", "\u{1F600}"]
        var lost: [UInt32] = []
        for scalar in scalars {
            let text = "\(scalar)a\(scalar)\(scalar)\"\(scalar)"
            let read = try parsed(Array(written { $0.value(text) }.utf8)) as? String
            if read.map({ Array($0.utf8) }) != Array(text.utf8) { lost.append(scalar.value) }
        }
        #expect(lost == [])
    }

    @Test("No control character is left in what is written")
    func noControls() {
        let everything = String(String.UnicodeScalarView((UInt32(0)...0x2FF).compactMap(Unicode.Scalar.init)))
        let json = written { $0.object { $0.field("text", everything) } }
        #expect(json.unicodeScalars.filter { $0.properties.generalCategory == .control }.isEmpty)
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

    @Test("Writing appends to the buffer, one document after another")
    func appends() {
        var bytes = Array("before ".utf8)
        JSONWriter.append(to: &bytes) { $0.value(1) }
        JSONWriter.append(to: &bytes) { $0.object { $0.field("a", 2) } }
        #expect(String(decoding: bytes, as: UTF8.self) == #"before 1{"a":2}"#)
    }
}
