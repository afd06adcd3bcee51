/// Strings as JSON has them, by all ways in which they are written.
import Foundation
import Testing

@testable import Bytes

@Suite("A JSON string", .timeLimit(.minutes(1)))
struct JSONStringTests {
    private func quoted(_ text: String, _ escapes: JSONEscapes) -> [UInt8] {
        var text = text
        var writer = ByteWriter(capacity: 1)
        text.withUTF8 { writer.append(quoted: UnsafeRawBufferPointer($0), escapes) }
        return writer.withBytes { Array($0) }
    }

    @Test(
        "means the text, whichever character stands at whichever place of texts that are read in steps of 1, 8 and 16")
    func places() throws {
        let special = (0...0xFF).compactMap(UnicodeScalar.init) + ["\u{2028}", "\u{202E}", "é", "東", "🌐"]
        for size in [0, 1, 7, 8, 9, 15, 16, 17, 24, 31, 32, 40, 50] {
            for place in 0...size {
                for scalar in special {
                    let text =
                        String(repeating: "a", count: place) + String(scalar)
                        + String(repeating: "b", count: size - place)
                    let bytes = quoted(text, .terminalControls)
                    guard try JSONDecoder().decode([String].self, from: Data("[".utf8 + bytes + "]".utf8)) == [text]
                    else {
                        Issue.record("\(size) \(place) \(scalar.value)")
                        return
                    }
                    guard scalar.drivesTerminals else { continue }
                    let isEscaped = bytes.contains(UInt8(ascii: "\\"))
                    if !isEscaped { Issue.record("\(size) \(place) \(scalar.value) as it is") }
                }
            }
        }
    }
}
