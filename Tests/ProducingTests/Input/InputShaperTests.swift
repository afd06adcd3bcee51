/// Inputs of other forms, as JSON lines.
import Chat
import Foundation
import Testing
import TestSupport
import Threads

@testable import Producing

@Suite("The form of an input", .timeLimit(.minutes(2)))
struct InputShaperTests {
    private static let lines = "{\"a\":1}\n{\"b\":\"x,\\\"y\\\"\"}\n{\"c\":[{\"d\":2}]}\n"
    private static let table =
        "session_id,timestamp,sender,message\ns1,2025-01-23T14:30:00Z,customer,\"Hi, \"\"you\"\"\nthere\"\ns2,2025-01-23T14:30:01Z,rm,é\n"
    private static let rows =
        #"{"session_id":"s1","timestamp":"2025-01-23T14:30:00Z","sender":"customer","message":"Hi, \"you\"\nthere"}"#
        + "\n"
        + #"{"session_id":"s2","timestamp":"2025-01-23T14:30:01Z","sender":"rm","message":"é"}"# + "\n"

    /// What becomes of an input that comes in pieces.
    private func shaped(_ bytes: [UInt8], pieces size: Int) -> (text: String, form: InputForm?) {
        var shaper = InputShaper(keys: FieldMapping().keys)
        var lines: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            lines += Array(rest.prefix(size)).withUnsafeBytes { shaper.process($0) }
            rest = rest.dropFirst(size)
        }
        lines += shaper.end()
        return (String(decoding: lines, as: UTF8.self), shaper.form)
    }

    private static func utf16(_ text: String, isBig: Bool, mark: Bool = true) -> [UInt8] {
        ((mark ? "\u{FEFF}" : "") + text).utf16.flatMap { unit in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return isBig ? [high, low] : [low, high]
        }
    }

    /// The lines without what JSON doesn't mind.
    private static func compact(_ text: String) -> String { text.replacing(" ", with: "") }

    @Test(
        "Arrays, objects in a row and such that are laid out become lines",
        arguments: [
            "[{\"a\":1},{\"b\":\"x,\\\"y\\\"\"},{\"c\":[{\"d\":2}]}]",
            "[\n{\"a\":1},\n{\"b\":\"x,\\\"y\\\"\"},\n{\"c\":[{\"d\":2}]}\n]\n",
            "{\"a\":1}{\"b\":\"x,\\\"y\\\"\"}{\"c\":[{\"d\":2}]}",
            "{\"a\":1} {\"b\":\"x,\\\"y\\\"\"}\n{\"c\":[{\"d\":2}]}",
            "{\n  \"a\": 1\n}\n{\n  \"b\": \"x,\\\"y\\\"\"\n}\n{\n  \"c\": [\n    {\n      \"d\": 2\n    }\n  ]\n}\n",
            "\u{FEFF}[\r\n  {\"a\":1},\r\n  {\"b\":\"x,\\\"y\\\"\"},\r\n  {\"c\":[{\"d\":2}]}\r\n]",
            "\u{1E}{\"a\":1}\n\u{1E}{\"b\":\"x,\\\"y\\\"\"}\n\u{1E}{\"c\":[{\"d\":2}]}\n",
            "{\"a\":1},\n{\"b\":\"x,\\\"y\\\"\"},\n{\"c\":[{\"d\":2}]}",
            " \n [ {\"a\":1} , {\"b\":\"x,\\\"y\\\"\"} , {\"c\":[{\"d\":2}]} ] ",
        ])
    func values(_ text: String) {
        for size in [1, 2, 7, 1000] {
            let unmarked = String(text.trimmingPrefix("\u{FEFF}"))
            for bytes in [
                Array(text.utf8), Self.utf16(unmarked, isBig: true), Self.utf16(unmarked, isBig: false),
                Self.utf16(unmarked, isBig: false, mark: false),
            ] {
                let (found, form) = shaped(bytes, pieces: size)
                #expect(Self.compact(found) == Self.compact(Self.lines), "in pieces of \(size)")
                #expect(form?.shape == .values)
            }
        }
    }

    @Test(
        "Lines pass as they are, whatever is in them",
        arguments: [
            lines, "\u{FEFF}" + lines, "hello\n" + lines, "{\"a\":1,\n" + lines, "a,b\n" + lines, "{\"a\":1}", "",
            "{\"a\":1},\n" + lines,
            "\n\n" + lines, "{\"a\":\"\(String(repeating: "x", count: 100_000))\"}\n" + lines,
        ])
    func plain(_ text: String) {
        for size in [3, 9, 1000, 1 << 20] {
            let (found, form) = shaped(Array(text.utf8), pieces: size)
            #expect(found.utf8.elementsEqual(text.utf8), "in pieces of \(size)")
            #expect(form == .plain)
        }
    }

    @Test("Lines in UTF-16 become UTF-8", arguments: [true, false])
    func encodings(_ isBig: Bool) {
        let text = Self.lines + "{\"é\":\"😀\"}\n"
        for size in [1, 2, 3, 1000] {
            for mark in [true, false] {
                #expect(shaped(Self.utf16(text, isBig: isBig, mark: mark), pieces: size).text == text)
            }
        }
    }

    @Test("A table's rows become objects with the header's names", arguments: [",", ";", "\t", "|"])
    func tables(_ separator: String) {
        let text = Self.table.replacing(
            "session_id,timestamp,sender,message", with: "session_id|timestamp|sender|message"
        ).replacing("s1,", with: "s1|").replacing("Z,", with: "Z|").replacing("customer,", with: "customer|").replacing(
            "rm,", with: "rm|"
        ).replacing("s2,", with: "s2|").replacing("|", with: separator)
        for text in [text, "\u{FEFF}" + text, String(text.dropLast())] {
            for size in [1, 5, 1000] {
                #expect(shaped(Array(text.utf8), pieces: size).text == Self.rows, "in pieces of \(size)")
            }
        }
        let crlf = text.replacing("message\n", with: "message\r\n").replacing("\"\ns2", with: "\"\r\ns2").replacing(
            "é\n", with: "é\r\n")
        #expect(shaped(Array(crlf.utf8), pieces: 4).text == Self.rows)
    }

    @Test("A row with more fields than the header says more, or is none; a quote that isn't closed swallows no rows")
    func brokenRows() {
        let head = "session_id,timestamp,sender,message\n"
        func rows(_ text: String) -> [[String]] {
            [1, 7, 1000].map { size in
                shaped(Array(text.utf8), pieces: size).text.split(separator: "\n").map { line in
                    line.range(of: "\"message\":").map { String(line[$0.upperBound...].dropLast()) } ?? String(line)
                }
            }
        }
        let cases: [(String, [String])] = [
            ("s,t,rm,Hi, how are you, Peter?\ns,t,rm,x\n", [#""Hi, how are you, Peter?""#, #""x""#]),
            ("s,t,rm,He said \"yes, please\" to me\n", [#""He said \"yes, please\" to me""#]),
            ("s,t,rm,\"never ends\ns,t,rm,x\ns,t,rm,\"y, z\"\n", ["s,t,rm,\"never ends", #""x""#, #""y, z""#]),
            (
                "s,t,rm,\"one\ns,t,rm,x\ns,t,rm,it's 5\" long\ns,t,rm,y",
                ["s,t,rm,\"one", #""x""#, #""it's 5\" long""#, #""y""#]
            ),
            ("s,t,rm,x\ns,t,rm,\"last", [#""x""#, "s,t,rm,\"last"]),
            ("s,t,rm,\"\"\"\ns,t,rm,x", ["s,t,rm,\"\"\"", #""x""#]),
        ]
        for (text, expected) in cases {
            for found in rows(head + text) { #expect(found == expected) }
        }
        let other = "message,session_id,timestamp,sender\nHi, you,s,t,rm\nx,s,t,rm\n"
        #expect(
            shaped(Array(other.utf8), pieces: 5).text
                == "Hi, you,s,t,rm \n" + #"{"message":"x","session_id":"s","timestamp":"t","sender":"rm"}"# + "\n")
        // Each line opens one: they pass, and nothing waits for it.
        let many = String(repeating: "s,t,rm,\"a\"\"\n", count: 1000)
        #expect(shaped(Array((head + many).utf8), pieces: 1000).text.utf8.count > 1000)
    }

    @Test("A table whose first character beyond ASCII isn't UTF-8 is one of Windows-1252, wherever the pieces are cut")
    func windowsTable() {
        let head = Array("session_id,timestamp,sender,message\ns,t,rm,plain\ns,t,rm,".utf8)
        let text = "\"message\":\""
        func last(_ bytes: [UInt8], pieces: Int) -> String {
            let line = shaped(head + bytes, pieces: pieces).text.split(separator: "\n").last ?? ""
            return line.range(of: text).map { String(line[$0.upperBound...]) } ?? ""
        }
        let cases: [([UInt8], String)] = [
            ([0xFC, 0x62, 0x65, 0x72, 0x20, 0x80, 0x31], "über €1"), ([0x93, 0x41, 0x94], "“A”"),
            (Array("über €1 😀".utf8), "über €1 😀"), ([0xC3, 0xBC, 0x20, 0xFC], "ü \u{FFFD}"), ([0xE9], "é"),
            ([0xC3], "Ã"), ([0xF0, 0x9F, 0x98, 0x80, 0xFF], "😀\u{FFFD}"), ([0xE2, 0x82, 0x41], "â‚A"),
        ]
        for (bytes, expected) in cases {
            for pieces in [1, 2, 3, 1000] {
                #expect(last(bytes, pieces: pieces) == expected + "\"}", "in pieces of \(pieces)")
            }
        }
        // JSON is UTF-8, and a byte that isn't is a mistake.
        #expect(shaped([0x7B, 0x7D, 0x0A, 0xFC, 0x0A], pieces: 2).text.unicodeScalars.contains("\u{FFFD}"))
    }

    @Test("What stands between objects becomes a line, too")
    func others() {
        #expect(
            shaped(Array("[{\"a\":1}, 7, \"x\", {\"b\":2}]".utf8), pieces: 3).text == "{\"a\":1}\n7\n\"x\"\n{\"b\":2}\n"
        )
        #expect(shaped(Array("[{\"a\":1},{\"b\":".utf8), pieces: 3).text == "{\"a\":1}\n{\"b\":\n")
    }

    @Test(
        "A file of another form is read as lines, and compressed ones are unpacked", arguments: ["gzip", "plain", "xz"])
    func files(_ kind: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("input.json", "[{\"a\":1},\n{\"b\":2}]")
        var name = path
        if kind != "plain" {
            let packing = Process()
            packing.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            packing.arguments = [kind, path]
            try packing.run()
            packing.waitUntilExit()
            name = path + (kind == "gzip" ? ".gz" : ".xz")
        }
        let wakeup = try Wakeup()
        let input = try InputFile.open(name, wakeup: wakeup, logger: LogCapture().logger)
        while try !input.isComplete() { try #require(wakeup.wait()) }
        var scanner = LineScanner(
            descriptor: input.descriptor, offset: 0, isStart: true, rules: LineRules(maxLineBytes: 100))
        var lines: [String] = []
        while case .line(let line) = try scanner.next(isComplete: true) {
            lines.append(String(decoding: line, as: UTF8.self))
        }
        #expect(lines == ["{\"a\":1}", "{\"b\":2}"])
    }
}
