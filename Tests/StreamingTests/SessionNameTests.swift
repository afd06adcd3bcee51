/// Session ids as their table has them.
import Testing
import TestSupport

@testable import Streaming

@Suite("A session's name", .timeLimit(.minutes(5)))
struct SessionNameTests {
    /// Around the sizes at which something changes, with zeros at the end and long common beginnings.
    private static func samples() -> [[UInt8]] {
        var random = SeededGenerator(1)
        var samples: [[UInt8]] = []
        for count in Array(0...20) + [31, 32, 33, 200] {
            samples.append([UInt8](repeating: 0, count: count))
            samples.append([UInt8](repeating: 0x61, count: count))
            samples.append((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
            for place in [0, 7, 8, 15, 16, 17] where place < count {
                var other = [UInt8](repeating: 0x61, count: count)
                other[place] = 0xFF
                samples.append(other)
            }
        }
        return samples
    }

    private func name(_ bytes: [UInt8]) -> SessionName { bytes.withUnsafeBytes { SessionName($0) } }

    @Test("names are equal where their bytes are, and ordered as those")
    func order() {
        for a in Self.samples() {
            for b in Self.samples() {
                #expect((name(a) == name(b)) == (a == b), "\(a) \(b)")
                #expect(b.withUnsafeBytes { name(a) == $0 } == (a == b), "\(a) \(b)")
                #expect((name(a) < name(b)) == a.lexicographicallyPrecedes(b), "\(a) \(b)")
            }
        }
    }

    @Test(
        "a name gives its text back", arguments: ["", "a", "session", "é😀", "sixteen bytes --", "more than 16 bytes"])
    func text(_ text: String) { #expect(name(Array(text.utf8)).string == text) }
}
