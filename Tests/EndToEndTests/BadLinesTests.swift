/// A file in which a third of the lines is bad in every way that comes to mind.
import Foundation
import Testing
import TestSupport

@Suite("Bad lines", .timeLimit(.minutes(5)))
struct BadLinesTests {
    /// Lines that aren't messages, each in its own way.
    static let bad: [[UInt8]] = badTexts.map { Array($0.utf8) } + badBytes

    private static let badTexts: [String] = [
        #"{"#, #"}"#, #"[]"#, #""text""#, #"17"#, #"null"#, #"true"#, #"nonsense"#, #"{"session_id":"#,
        #"{"session_id":"a","timestamp":"2025-01-23T14:30:00Z","sender":"rm"}"#,
        #"{"session_id":"a","timestamp":"2025-01-23T14:30:00Z","message":"m"}"#,
        #"{"session_id":"a","sender":"rm","message":"m"}"#,
        #"{"timestamp":"2025-01-23T14:30:00Z","sender":"rm","message":"m"}"#,
        #"{}"#,
        good(session: #""""#), good(session: "null"), good(session: #"["a"]"#),
        good(timestamp: #""2025-02-30T14:30:00Z""#), good(timestamp: #""2025-01-23T24:30:00Z""#),
        good(timestamp: #""2025-01-23T14:60:00Z""#), good(timestamp: #""2025-01""#),
        good(timestamp: #""2025-13-01T00:00:00Z""#), good(timestamp: #""yesterday""#), good(timestamp: "17376426"),
        good(timestamp: #""""#), good(timestamp: #""2025-01-23T14:30:00+25:00""#), good(timestamp: "null"),
        good(timestamp: #""2025-01-23T14:30:00Zzz""#), good(timestamp: #""\#u{1B}[31m""#),
        good(sender: #""Customers""#), good(sender: #""agent""#), good(sender: #""""#), good(sender: "null"),
        good(sender: #""\#u{1B}]0;title\u0007""#),
        good(message: "null"), good(message: "5"), good(message: #"{"text":"m"}"#), good(message: #"["m"]"#),
        good(message: #""\u00""#), good(message: #""\x""#), good(message: #""open"#),
        good() + " {}", good() + "x", good().replacingOccurrences(of: ":", with: "="),
        good().replacingOccurrences(of: "\"", with: "'"), good(message: "01"), good(message: "\"a\tb\""),
        String(good().dropLast()) + ",}", "\u{1B}[2J\u{1B}[H",
    ]

    private static let badBytes: [[UInt8]] = [
        Array("{\"session_id\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8), [0x01], [0xC3, 0x28],
        Array(good().utf8) + [0x00],
    ]

    static func good(
        session: String = #""a""#, timestamp: String = #""2025-01-23T14:30:00Z""#, sender: String = #""rm""#,
        message: String = #""m""#
    ) -> String {
        #"{"session_id":\#(session),"timestamp":\#(timestamp),"sender":\#(sender),"message":\#(message)}"#
    }

    /// The input, and which lines of it are bad, by number.
    private static func makeInput() -> (bytes: [UInt8], rejected: Set<Int>) {
        var random = SeededGenerator(40)
        var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
        var rejected: Set<Int> = []
        var number = 0
        var kinds = (0..<200).map { bad[$0 % bad.count] }[...]
        for index in 0..<600 {
            number += 1
            let goodLeft = 400 - (number - 1 - rejected.count)
            if Int.random(in: 0..<(goodLeft + kinds.count), using: &random) < kinds.count, let kind = kinds.popFirst() {
                rejected.insert(number)
                bytes += kind
            } else {
                let second = (index / 10).description
                let time = "2025-01-23T14:30:\(second.count == 1 ? "0" : "")\(second)Z"
                bytes += Array(
                    good(session: "\"s\(index % 7)\"", timestamp: "\"\(time)\"", message: #""\u001b[31mred \#(index)""#)
                        .utf8)
            }
            bytes += index.isMultiple(of: 3) ? [0x0D, 0x0A] : [0x0A]
            if index.isMultiple(of: 11) { bytes += Array("\n  \n\r\n".utf8) }
            if index == 300 { bytes += [UInt8](repeating: 0x7B, count: 3 << 20) + [0x0A] }
        }
        return (bytes, rejected)
    }

    @Test(
        "all good lines end in windows, all bad ones are rejected with line and reason, and nothing drives the terminal"
    )
    func badLines() async throws {
        #expect(Self.bad.count >= 40)
        let (bytes, rejected) = Self.makeInput()
        let setup = try Setup()
        let input = try setup.folder.write("input.jsonl", bytes)
        let consumer = try await setup.consumer("--exit-on-end", "--responder", "fallback", "--console", "pretty")
        let subscriber = try await setup.subscriber("--format", "json", "--exit-on-end")
        let producer = try await setup.producer(input)
        #expect(await producer.exit() == 0)
        #expect(await subscriber.exit() == 0)
        #expect(await consumer.exit() == 0)

        let entries = try Entry.all(subscriber)
        let refused = entries.filter { $0.type == "streamllm.message.rejected.v1" }
        #expect(Set(refused.compactMap(\.data.position?.sequence)) == rejected)
        #expect(refused.count == 200)
        #expect(refused.allSatisfy { $0.data.reason?.isEmpty == false && $0.data.line?.isEmpty == false })
        let inWindows = entries.flatMap { $0.data.messages?.map(\.sequence) ?? [] }
        #expect(Set(inWindows) == Set(1...600).subtracting(rejected))
        #expect(inWindows.count == 400)

        #expect(!consumer.output.utf8.contains(0x1B))
        #expect(consumer.output.contains("🚫 Rejected: line \(try #require(rejected.min())) of"))
        for program in [producer, consumer, subscriber] { #expect(!program.errorText.utf8.contains(0x1B)) }
        #expect(producer.errorText.contains("\(3 << 20) bytes, over the limit of \(1 << 20)"))
        #expect(
            consumer.errorText.contains(
                "received 600 = accepted 400 + rejected 200 + duplicates 0; accepted 400 = in windows 400 + late 0; lost 0"
            ))
    }
}
