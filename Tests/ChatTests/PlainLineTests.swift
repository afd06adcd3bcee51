/// Lines that are read without building a document, against simdjson's reading of the same.
import Chat
import Testing
import TestSupport

@Suite("Plain lines", .timeLimit(.minutes(5)))
struct PlainLineTests {
    private let decoder = MessageDecoder()

    /// A tab behind a line changes nothing in what it says, but a line that has one isn't plain.
    private func difference(_ line: [UInt8]) -> String? {
        let (plain, whole) = (decoder.decode(line), decoder.decode(line + [0x09]))
        switch (plain, whole) {
        case (.success(let a), .success(let b)) where a == b: return nil
        case (.failure, .failure): return nil
        default: return "\(String(decoding: line, as: UTF8.self)): \(plain), but by simdjson \(whole)"
        }
    }

    private static let fields = [
        #""session_id": "s000012""#, #""timestamp": "2025-01-23T14:30:00.250Z""#, #""sender":"customer""#,
        #""message" : "Is 4.5% fixed? {[:,]}, é 漢字 £5""#,
    ]

    @Test("The fields are found in any order, with and without spaces")
    func orders() {
        var problems: [String] = []
        for a in 0..<4 {
            for b in 0..<4 where b != a {
                for c in 0..<4 where c != a && c != b {
                    let order = [a, b, c, 6 - a - b - c].map { Self.fields[$0] }
                    for (open, comma, close) in [("{", ",", "}"), (" { ", " , ", " } ")] {
                        let line = Array((open + order.joined(separator: comma) + close).utf8)
                        if let problem = difference(line) { problems.append(problem) }
                        guard case .success(let message) = decoder.decode(line) else {
                            problems.append("not read: \(order)")
                            continue
                        }
                        if message.text != "Is 4.5% fixed? {[:,]}, é 漢字 £5" { problems.append(message.text) }
                    }
                }
            }
        }
        #expect(problems == [])
    }

    @Test(
        "What is nearly plain is what simdjson says it is",
        arguments: [
            "{}", "{", "}", "", "                ", #"{"session_id": "s"                     }"#,
            #"{"session_id":"s","session_id":"t","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m"}"#,
            #"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m","message":"n"}"#,
            #"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m","more":1}"#,
            #"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m",}"#,
            #"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m"} x"#,
            #"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m"}}"#,
            #"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m"}"#,
            #"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":""}"#,
            #"{"session_id":"","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m"}"#,
            #"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":null}"#,
            #"{"session_id":"s" "timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m"}"#,
            #"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m""#,
            #"{"session_id":"s","timestamp":"2025-01-23T14:30:00Z","sender":"rm","messages":"m"}"#,
            #"["session_id","s","timestamp","2025-01-23T14:30:00Z","sender","rm","message","m"]"#,
        ])
    func nearlyPlain(_ line: String) {
        #expect(difference(Array(line.utf8)) == nil)
    }

    @Test("So it is after any change of a few bytes", arguments: 1...8 as ClosedRange<UInt64>)
    func random(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        let pieces: [[UInt8]] = [
            [0x22], [0x5C], [0x7B], [0x7D], [0x3A], [0x2C], [0x20], [0x09], [0x00], [0x1F], [0x7F], [0xC2],
            [0xC2, 0x9B],
            [0xC3, 0xA9], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x98, 0x80], [0xFF], Array(#""message":"x","#.utf8),
        ]
        let line = Array("{\(Self.fields.joined(separator: ", "))}".utf8)
        var problems: [String] = []
        var read = 0
        for _ in 0..<5000 {
            var changed = line
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0...changed.count, using: &random)
                let end = min(changed.count, place + Int.random(in: 0...2, using: &random))
                let piece = Bool.random(using: &random) ? pieces.randomElement(using: &random) ?? [] : []
                changed.replaceSubrange(place..<end, with: piece)
            }
            if let problem = difference(changed) { problems.append(problem) }
            if case .success = decoder.decode(changed) { read += 1 }
        }
        #expect(problems.prefix(3) == [])
        #expect(1..<5000 ~= read, "changes should leave some lines readable, and others not")
    }
}
