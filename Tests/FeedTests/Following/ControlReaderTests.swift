/// Control that comes over and over.
import Testing

@testable import Feed

@Suite("Reading control", .timeLimit(.minutes(1)))
struct ControlReaderTests {
    @Test("what is read is what came, whatever came before it")
    func order() {
        let first = Control(stream: "s", first: 1, next: 5, replay: "tcp://127.0.0.1:5556")
        let second = Control(stream: "s", first: 1, next: 6, replay: "tcp://127.0.0.1:5556")
        let long = Control(
            stream: "s", first: 1, next: 5, replay: String(repeating: "r", count: ControlReader.longest))
        var reader = ControlReader()
        func read(_ json: [UInt8]) -> Control? { json.withUnsafeBytes { reader.read($0) } }
        let given: [([UInt8], Control?)] = [
            ([], nil), (first.json, first), (first.json, first), (second.json, second), (Array("{".utf8), nil),
            (Array("{".utf8), nil), (first.json, first), (long.json, nil), (first.json, first), ([], nil),
        ]
        for (json, control) in given { #expect(read(json) == control) }
    }
}
